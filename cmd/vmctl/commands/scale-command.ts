import type { Command } from "commander";
import { addChangeFlags, type ChangeFlags } from "../change/change-flags.ts";
import { addClientFlags } from "../connection/client-flags.ts";
import { addChoiceFlags } from "../select/choice-flags.ts";
import type { ChoiceFlags } from "../select/choose-references.ts";

export interface ScaleFlags extends ChoiceFlags, ChangeFlags {
  readonly replicas: string;
  readonly currentReplicas?: string;
  readonly resourceVersion?: string;
}

const EXAMPLES = `
Examples:
  vmctl scale instanceset/web --replicas=5
  vmctl scale instanceset web --replicas=3 --current-replicas=5    only if it is 5 now; else exit status 3
  vmctl scale iset -l tier=front --replicas=0

Fewer: the highest ordinals are deleted, with their disks.`;

export function registerScale(program: Command): void {
  const command = program
    .command("scale [words...]")
    .usage("<instanceset/name...> --replicas=N [options]")
    .description("Set how many instances instance sets have.")
    .requiredOption("--replicas <n>", "how many there shall be")
    .option("--current-replicas <n>", "only if spec.replicas is this now")
    .option("--resource-version <version>", "only if this is the object's present one")
    .addHelpText("after", EXAMPLES)
    .action(async (words: string[], flags: ScaleFlags, self: Command) => {
      const { runScale } = await import("./scale.ts");
      await runScale(words, flags, self);
    });
  addChoiceFlags(command, "scale");
  addChangeFlags(command);
  addClientFlags(command);
}
