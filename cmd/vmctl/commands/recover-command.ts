import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";

const EXAMPLES = `
Examples:
  vmctl recover instance/web-1

Nothing is deleted because its record in etcd is gone: it runs on with Accepted=False/SpecMissing. This makes it
whole again; \`vmctl delete\` would make it a real deletion.`;

export function registerRecover(program: Command): void {
  const command = program
    .command("recover <kind/name...>")
    .description("Write objects again whose spec was removed or replaced outside vmctl.")
    .addHelpText("after", EXAMPLES)
    .action(async (words: string[], _flags: object, self: Command) => {
      const { runRecover } = await import("./recover.ts");
      await runRecover(words, self);
    });
  addClientFlags(command);
}
