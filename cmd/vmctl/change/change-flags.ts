import type { Command } from "commander";

export interface ChangeFlags {
  readonly dryRun?: string | true;
  readonly output?: string;
  readonly fieldManager?: string;
}

/** What every command has that changes objects. */
export function addChangeFlags(
  command: Command,
  dryRun = "client, cluster (or server): judge it all, write nothing",
): Command {
  return command
    .option("--dry-run [mode]", dryRun)
    .option("-o, --output <format>", "print the objects afterwards: json, yaml or name")
    .option("--field-manager <name>", "under whose name fields are set (default: the user of the certificate)");
}
