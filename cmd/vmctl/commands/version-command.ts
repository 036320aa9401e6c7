import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";

export interface VersionFlags {
  readonly client?: boolean;
  readonly output?: string;
}

const EXAMPLES = `
Examples:
  vmctl version                  of this program and of every part that can be seen
  vmctl version --client
  vmctl version -o json`;

export function registerVersion(program: Command): void {
  const command = program
    .command("version")
    .description("Print the version of this program, and of etcd, controller and nodes where there is a control plane.")
    .option("--client", "of this program only; asks nobody")
    .option("-o, --output <format>", "json or yaml")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: VersionFlags, self: Command) => {
      const { runVersion } = await import("./version.ts");
      await runVersion(flags, self);
    });
  addClientFlags(command);
}
