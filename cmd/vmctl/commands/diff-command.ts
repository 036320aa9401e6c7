import type { Command } from "commander";
import { addClientFlags } from "../connection/client-flags.ts";
import { addManifestFlags, type ManifestFlags } from "./manifest-flags.ts";

export interface DiffFlags extends ManifestFlags {
  readonly fieldManager?: string;
  readonly forceConflicts?: boolean;
  readonly failOnHeld?: boolean;
  readonly output?: string;
}

const EXAMPLES = `
Examples:
  vmctl diff -f instance.yaml
  vmctl diff -f manifests/ -R --fail-on-held      in a pipeline, before apply
  vmctl diff -f instance.yaml -o json

Nothing is written. For each field: what it is, what it would be, and what that does to a running guest:
live, restart (waits for vmctl restart), recreate (held back: waits for vmctl recreate), refused.

Exit status: 0 nothing would change, 1 something would, 2 and above something is wrong: 2 refused or held back with
--fail-on-held, 3 conflicts with others' fields.`;

export function registerDiff(program: Command): void {
  const command = program.command("diff").description("Show what apply would change, and what that does to guests.");
  addManifestFlags(command)
    .option("--field-manager <name>", "as of apply")
    .option("--force-conflicts", "as of apply: conflicts count as taken over")
    .option("--server-side", "as in kubectl; there is no other way")
    .option("--fail-on-held", "exit status 2 when a change would wait for a restart or recreate")
    .option("-o, --output <format>", "json: for programs")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: DiffFlags, self: Command) => {
      const { runDiff } = await import("./diff.ts");
      await runDiff(flags, self);
    });
  addClientFlags(command);
}
