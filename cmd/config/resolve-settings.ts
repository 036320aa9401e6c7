import { parseSetting } from "./parse-setting.ts";
import {
  camelCase,
  environmentName,
  type Setting,
  type SettingTable,
  type SettingValue,
  type SettingValues,
} from "./setting.ts";

export interface SettingSources {
  /** As commander gives them: by camelCase name, texts unparsed; what was not given is absent or undefined. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** As `readConfigFile` gives it: by name, already checked for unknown names. */
  readonly file?: ConfigFile;
}
export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Where a value was found, for `--print-config`. */
export type Origin = "default" | "file" | "environment" | "flag";
export interface ResolvedSettings<Table extends SettingTable> {
  readonly values: SettingValues<Table>;
  readonly origins: Readonly<Record<string, Origin>>;
}

/** Default, file, environment, flag: the later one counts. An empty environment variable is one that is not set. */
export function resolveSettings<Table extends SettingTable>(
  table: Table,
  sources: SettingSources,
): ResolvedSettings<Table> {
  const values: Record<string, SettingValue> = {};
  const origins: Record<string, Origin> = {};
  for (const [name, setting] of Object.entries(table)) {
    const found = findValue(name, setting, sources);
    values[camelCase(name)] = found.value;
    origins[name] = found.origin;
  }
  return { values: values as SettingValues<Table>, origins };
}

function findValue(name: string, setting: Setting, sources: SettingSources): { value: SettingValue; origin: Origin } {
  const flag = sources.flags[camelCase(name)];
  if (flag !== undefined) return { value: parseSetting(setting, flag, `--${name}`), origin: "flag" };
  const variable = environmentName(name);
  const text = sources.environment[variable];
  if (text !== undefined && text !== "") return { value: parseSetting(setting, text, variable), origin: "environment" };
  const { file } = sources;
  if (file && Object.hasOwn(file.values, name)) {
    return { value: parseSetting(setting, file.values[name], `${file.path}: ${name}`), origin: "file" };
  }
  return { value: defaultOf(name, setting), origin: "default" };
}

function defaultOf(name: string, setting: Setting): SettingValue {
  if (setting.default === undefined) return undefined;
  return parseSetting(setting, setting.default, `default of ${name}`);
}
