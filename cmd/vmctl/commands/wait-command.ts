import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";
import { addChoiceFlags } from "../select/choice-flags.ts";
import type { ChoiceFlags } from "../select/choose-references.ts";

export interface WaitFlags extends ChoiceFlags {
  readonly for: string;
  readonly timeout: string;
}

const EXAMPLES = `
Examples:
  vmctl wait --for=condition=Ready instance/web-1 --timeout=120s
  vmctl wait --for=condition=Ready=False hypervisor/host-1
  vmctl wait --for=jsonpath='{.status.phase}'=Running instance/web-1 instance/web-2
  vmctl wait --for=delete instance/web-1
  vmctl wait --for=condition=Ready instances --all
  vmctl wait --for=condition=Ready -f instances/ --timeout=5m

Exit status 4 when the time ran out.`;

export function registerWait(program: Command): void {
  const command = program
    .command("wait [kind/name...]")
    .description("Wait until every object named is in a state, or gone.")
    .requiredOption("--for <state>", "condition=TYPE[=STATUS], jsonpath={.path}[=VALUE], delete or create")
    .option("--timeout <time>", "how long in all; 0 looks once", "30s")
    .addHelpText("after", EXAMPLES)
    .action(async (words: string[], flags: WaitFlags, self: Command) => {
      const { runWait } = await import("./wait.ts");
      await runWait(words, flags, self);
    });
  addChoiceFlags(command, "wait for");
  addClientFlags(command);
}
