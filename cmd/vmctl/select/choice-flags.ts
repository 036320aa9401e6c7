import type { Command } from "commander";
import { addFileFlags } from "./file-flags.ts";

/** The flags of `chooseReferences`. `verb` reads before "all of the kind". */
export function addChoiceFlags(command: Command, verb: string): Command {
  return addFileFlags(command)
    .option("-l, --selector <labels>", `${verb} all of the kind with these labels: key=value, key!=value, key, !key`)
    .option("--all", `${verb} all of the kind in the namespace`);
}
