import type { Command } from "commander";
import { addSettingFlags } from "../../config/setting-flags.ts";
import { PLACEMENT_SETTINGS } from "../../placement/placement-settings.ts";
import { addClientFlags } from "../connection/client-flags.ts";

const EXAMPLES = `
Examples:
  vmctl gc --dry-run                     what Placement holds for this cluster and nobody owns
  vmctl gc                               shows it, asks, removes it
  vmctl gc --placement https://cloud.example.net/placement --cluster rack1

Only what carries this cluster's mark and is named nowhere in etcd is removed; each thing is looked at again right
before. With an OpenStack Placement, give the settings that the controller has (its file: --config).`;

export interface GcFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly config?: string;
}

export function registerGc(program: Command): void {
  const command = program
    .command("gc")
    .description("Remove providers and allocations from Placement that nobody owns.")
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "only show what would be removed")
    .option("--config <FILE>", "the controller's YAML file, for its settings of Placement")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: GcFlags, self: Command) => {
      const { runGc } = await import("./gc.ts");
      await runGc(flags, self);
    });
  command.optionsGroup("Placement:");
  addSettingFlags(command, PLACEMENT_SETTINGS);
  addClientFlags(command);
}
