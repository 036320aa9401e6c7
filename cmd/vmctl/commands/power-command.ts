import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";
import type { PowerAction } from "../power/plan-power.ts";

const SUMMARY: Readonly<Record<PowerAction, string>> = {
  stop: "Stop guests: asked to shut down, switched off after their grace period. Disk and place stay.",
  start: "Start guests that were stopped, or that powered themselves off.",
  restart: "Restart guests; also carries out what waits for a restart (RestartRequired).",
};

/** Registers `stop`, `start` or `restart`. */
export const registerPower = (action: PowerAction) => (program: Command) => {
  const command = program
    .command(`${action} <instance/name...>`)
    .description(SUMMARY[action])
    .addHelpText(
      "after",
      `\nExamples:\n  vmctl ${action} instance/web-1\n  vmctl ${action} instance web-1 web-2${MEANING}`,
    )
    .action(async (words: string[], _flags: object, self: Command) => {
      const { runPower } = await import("./power.ts");
      await runPower(action, words, self);
    });
  addClientFlags(command);
};

const MEANING = `

What it does depends on spec.runStrategy, as in KubeVirt:
  Always, Once            stop sets Halted; start sets it back (Once: Manual)
  Halted                  start sets Always
  Manual, RerunOnFailure  kept; the wish is noted in an annotation`;
