import { type Command, Option } from "commander";
import { readConfigFile } from "./config-file.ts";
import { refuseUnknownVariables } from "./known-variables.ts";
import { formatConfig } from "./print-config.ts";
import { resolveSettings } from "./resolve-settings.ts";
import type { SettingTable, SettingValues } from "./setting.ts";
import { addSettingFlags } from "./setting-flags.ts";

const CONFIG_VARIABLE = "VMCTL_CONFIG_FILE";

/** Flags for a long-running program: its table, plus `--config` and `--print-config`. */
export function addProgramSettings(command: Command, table: SettingTable): Command {
  addSettingFlags(command, table);
  command.addOption(
    new Option("--config <FILE>", `YAML file with these settings by the same names (env ${CONFIG_VARIABLE})`),
  );
  return command.addOption(new Option("--print-config", "print the settings in force and where each came from"));
}

/**
 * The settings of a program from flags, environment and file. `undefined` when `--print-config` was asked for and
 * has been answered on standard output: the program has nothing more to do. UsageError for anything wrong.
 */
export async function loadProgramSettings<Table extends SettingTable>(
  command: Command,
  table: Table,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<SettingValues<Table> | undefined> {
  refuseUnknownVariables(environment);
  const flags: Readonly<Record<string, unknown>> = command.opts();
  const path = (flags["config"] as string | undefined) ?? environment[CONFIG_VARIABLE];
  const file = path === undefined ? undefined : await readConfigFile(path, table);
  const resolved = resolveSettings(table, { flags, environment, ...(file && { file }) });
  if (flags["printConfig"] !== true) return resolved.values;
  process.stdout.write(formatConfig(table, resolved));
  return undefined;
}
