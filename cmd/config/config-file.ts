import { readFile } from "node:fs/promises";
import { didYouMean } from "../../resources/did-you-mean.ts";
import { messageOf } from "../../runtime/errors.ts";
import type { ConfigFile } from "./resolve-settings.ts";
import type { SettingTable } from "./setting.ts";
import { UsageError } from "./usage-error.ts";

/** Reads a program's YAML file. Missing, unreadable, not a map, a name the table does not know: UsageError. */
export async function readConfigFile(path: string, table: SettingTable): Promise<ConfigFile> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UsageError(`cannot read the configuration file: ${messageOf(error)}`, { cause: error });
  });
  const values = await parseConfig(path, text);
  for (const name of Object.keys(values)) {
    if (Object.hasOwn(table, name)) continue;
    throw new UsageError(`${path}: unknown setting "${name}"${didYouMean(name, Object.keys(table))}`);
  }
  return { path, values };
}

async function parseConfig(path: string, text: string): Promise<Record<string, unknown>> {
  const { parseYaml } = await import("./yaml-text.ts");
  const value = parseYaml(path, text) ?? {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`${path}: a map of settings expected`);
  }
  return value as Record<string, unknown>;
}
