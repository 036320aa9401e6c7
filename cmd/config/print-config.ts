import { formatDuration } from "./duration.ts";
import type { ResolvedSettings } from "./resolve-settings.ts";
import { camelCase, type Setting, type SettingTable, type SettingValue } from "./setting.ts";

/**
 * What `--print-config` prints: a configuration file that sets the same, each line with where its value came from.
 * What is not set is there as a comment; a secret's value is left out.
 */
export function formatConfig<Table extends SettingTable>(table: Table, resolved: ResolvedSettings<Table>): string {
  const values = resolved.values as Readonly<Record<string, SettingValue>>;
  const lines = Object.entries(table).map(([name, setting]) => {
    const value = values[camelCase(name)];
    if (value === undefined) return `# ${name}:  # ${setting.description}`;
    if (setting.secret) return `# ${name}: <not shown>  # from ${resolved.origins[name]}`;
    return `${name}: ${yamlValue(setting, value)}  # from ${resolved.origins[name]}`;
  });
  return `${lines.join("\n")}\n`;
}

function yamlValue(setting: Setting, value: SettingValue): string {
  if (setting.type === "duration" && typeof value === "number") return formatDuration(value);
  return JSON.stringify(value);
}
