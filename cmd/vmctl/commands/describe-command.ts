import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";

const EXAMPLES = `
Examples:
  vmctl describe instance web-1
  vmctl describe hypervisors`;

export function registerDescribe(program: Command): void {
  const command = program
    .command("describe <kind> [names...]")
    .description("Show objects in full: spec, status, conditions, events, and what they wait for.")
    .option("-l, --selector <labels>", "only objects with these labels")
    .addHelpText("after", EXAMPLES)
    .action(async (kind: string, names: string[], flags: { selector?: string }, self: Command) => {
      const { runDescribe } = await import("./describe.ts");
      await runDescribe([kind, ...names], flags, self);
    });
  addClientFlags(command);
}
