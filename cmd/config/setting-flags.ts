import { type Command, Option } from "commander";
import { collect } from "./collect.ts";
import { environmentName, type Setting, type SettingTable } from "./setting.ts";

/** Adds one flag per setting. Texts stay unparsed and defaults unset: `resolveSettings` does both. */
export function addSettingFlags(command: Command, table: SettingTable): Command {
  for (const [name, setting] of Object.entries(table)) {
    for (const option of optionsOf(name, setting)) command.addOption(option);
  }
  return command;
}

function optionsOf(name: string, setting: Setting): Option[] {
  const option = new Option(flagText(name, setting), describe(name, setting));
  if (setting.type === "list") option.argParser(collect);
  if (setting.type !== "boolean") return [option];
  return [option, new Option(`--no-${name}`).hideHelp()];
}

function flagText(name: string, setting: Setting): string {
  const flag = setting.short === undefined ? `--${name}` : `${setting.short}, --${name}`;
  return setting.type === "boolean" ? flag : `${flag} <${placeholder(setting)}>`;
}

function placeholder(setting: Setting): string {
  if (setting.placeholder !== undefined) return setting.placeholder;
  return setting.type === "string" && setting.choices ? setting.choices.join("|") : setting.type;
}

function describe(name: string, setting: Setting): string {
  const shown = Array.isArray(setting.default) ? setting.default.join(",") : setting.default;
  const byDefault = shown === undefined || shown === "" || shown === false ? "" : `default ${String(shown)}, `;
  return `${setting.description} (${byDefault}env ${environmentName(name)})`;
}
