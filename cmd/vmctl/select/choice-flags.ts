import type { Command } from "commander";

/** The flags of `chooseReferences`. `verb` reads before "all of the kind". */
export function addChoiceFlags(command: Command, verb: string): Command {
  return command
    .option("-f, --filename <file>", "what these manifests name; may be repeated, - is standard input", collect)
    .option("-R, --recursive", "with -f: directories below directories too")
    .option("-l, --selector <labels>", `${verb} all of the kind with these labels: key=value, key!=value, key, !key`)
    .option("--all", `${verb} all of the kind in the namespace`);
}

const collect = (item: string, before: readonly string[] = []): string[] => [...before, item];
