import { parseDuration } from "./duration.ts";
import type { Setting, SettingValue } from "./setting.ts";
import { UsageError } from "./usage-error.ts";

/**
 * A value as its setting wants it, from a text (flag, environment) or a YAML value (file). `where` names the source
 * in the error: `--lease-ttl`, `VMCTL_LEASE_TTL`, `node.yaml: lease-ttl`.
 */
export function parseSetting(setting: Setting, raw: unknown, where: string): SettingValue {
  const parsed = PARSERS[setting.type](raw);
  if (parsed === undefined) throw new UsageError(`${where}: ${wanted(setting)} expected, got ${JSON.stringify(raw)}`);
  checkRange(setting, parsed, where);
  return parsed;
}

const PARSERS: Readonly<Record<Setting["type"], (raw: unknown) => SettingValue>> = {
  string: (raw) => (typeof raw === "string" ? raw : undefined),
  integer: (raw) => {
    const number = typeof raw === "string" && /^-?\d+$/.test(raw) ? Number(raw) : raw;
    return Number.isSafeInteger(number) ? (number as number) : undefined;
  },
  boolean: (raw) => {
    if (typeof raw === "boolean") return raw;
    if (raw === "true" || raw === "1" || raw === "yes") return true;
    return raw === "false" || raw === "0" || raw === "no" ? false : undefined;
  },
  duration: (raw) => (typeof raw === "string" || typeof raw === "number" ? parseDuration(String(raw)) : undefined),
  list: (raw) => {
    const items = Array.isArray(raw) ? raw : [raw];
    if (!items.every((item) => typeof item === "string")) return undefined;
    return items.flatMap((item) => item.split(",")).filter((item) => item !== "");
  },
};

const WANTED: Readonly<Record<Setting["type"], string>> = {
  string: "a text",
  integer: "an integer",
  boolean: "true or false",
  duration: "a duration such as 30s or 5m",
  list: "a list of texts",
};
const wanted = (setting: Setting): string => WANTED[setting.type];

function checkRange(setting: Setting, value: SettingValue, where: string): void {
  if (setting.type === "string" && setting.choices && !setting.choices.includes(String(value))) {
    throw new UsageError(`${where}: one of ${setting.choices.join(", ")} expected, got ${JSON.stringify(value)}`);
  }
  if (setting.type === "integer" && setting.minimum !== undefined && Number(value) < setting.minimum) {
    throw new UsageError(`${where}: at least ${setting.minimum} expected, got ${value}`);
  }
}
