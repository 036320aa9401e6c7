import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";

const EXAMPLES = `
Examples:
  vmctl recreate instance/web-1          says what is lost and asks
  vmctl recreate instance/web-1 --yes`;

export function registerRecreate(program: Command): void {
  const command = program
    .command("recreate <instance/name...>")
    .description("Build instances anew from their image: name, place, addresses and MACs stay, the disk does not.")
    .option("-y, --yes", "do not ask")
    .addHelpText("after", EXAMPLES)
    .action(async (words: string[], flags: { yes?: boolean }, self: Command) => {
      const { runRecreate } = await import("./recreate.ts");
      await runRecreate(words, flags.yes ?? false, self);
    });
  addClientFlags(command);
}
