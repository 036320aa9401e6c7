import type { Command } from "commander";
import { addChangeFlags, type ChangeFlags } from "../change/change-flags.ts";
import { addClientFlags } from "../connection/client-flags.ts";
import { addChoiceFlags } from "../select/choice-flags.ts";
import type { ChoiceFlags } from "../select/choose-references.ts";

export type MarkVerb = "label" | "annotate";

export interface LabelFlags extends ChoiceFlags, ChangeFlags {
  readonly overwrite?: boolean;
  readonly list?: boolean;
  readonly resourceVersion?: string;
}

const SUMMARY: Readonly<Record<MarkVerb, string>> = {
  label: "Set or remove labels: key=value sets one, key- removes it.",
  annotate: "Set or remove annotations: key=value sets one, key- removes it.",
};

const EXAMPLES: Readonly<Record<MarkVerb, string>> = {
  label: `
Examples:
  vmctl label instance web-1 app=web tier=front
  vmctl label instance/web-1 tier=back --overwrite
  vmctl label instance web-1 tier-                     removes it
  vmctl label instances -l app=web zone=a              on all that have the label app=web
  vmctl label instances --all --list                   prints them`,
  annotate: `
Examples:
  vmctl annotate instance web-1 example.org/ticket=1234
  vmctl annotate instance/web-1 example.org/ticket=1235 --overwrite
  vmctl annotate image debian compute.vmctl/default-image=true
  vmctl annotate instances --all example.org/ticket-   removes it

What vmctl's own commands ask for stands in compute.vmctl/… annotations; it is left to them.`,
};

/** Registers `label` or `annotate`. */
export const registerLabel = (verb: MarkVerb) => (program: Command) => {
  const command = program
    .command(`${verb} [kind] [names...]`)
    .usage("<kind> <names...> <key=value | key-...> [options]")
    .description(SUMMARY[verb])
    .option("--overwrite", "also where there is another value")
    .option("--list", "print them, change nothing")
    .option("--resource-version <version>", "only if this is the object's present one")
    .addHelpText("after", EXAMPLES[verb])
    .action(async (kind: string | undefined, names: string[], flags: LabelFlags, self: Command) => {
      const { runLabel } = await import("./label.ts");
      await runLabel(verb, kind === undefined ? [] : [kind, ...names], flags, self);
    });
  addChoiceFlags(command, verb);
  addChangeFlags(command);
  addClientFlags(command);
};
