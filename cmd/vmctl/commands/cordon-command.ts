import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";

const SUMMARY = {
  cordon: "Let no new instances onto hypervisors; what runs there stays.",
  uncordon: "Let new instances onto hypervisors again.",
} as const;

/** Registers `cordon` or `uncordon`. */
export const registerCordon = (action: "cordon" | "uncordon") => (program: Command) => {
  const command = program
    .command(`${action} <hypervisor/name...>`)
    .description(SUMMARY[action])
    .addHelpText("after", `\nExamples:\n  vmctl ${action} hypervisor/host-1\n  vmctl ${action} host-1 host-2`)
    .action(async (words: string[], _flags: object, self: Command) => {
      const { runCordon } = await import("./cordon.ts");
      await runCordon(action, words, self);
    });
  addClientFlags(command);
};
