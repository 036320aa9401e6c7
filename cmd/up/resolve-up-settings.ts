import { resolveSettings } from "../config/resolve-settings.ts";
import { camelCase } from "../config/setting.ts";
import { REMEMBERED_SETTINGS } from "./settings.ts";
import type { RememberedSettings, UpState } from "./up-state.ts";

const SIMULATED_CONTEXT = "simulated";

/** What flags and environment say, else what this control plane was started with before, else the defaults. */
export function resolveUpSettings(
  flags: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
  { path, state }: { readonly path: string; readonly state: UpState | undefined },
): RememberedSettings {
  const before: Readonly<Record<string, unknown>> = { ...state?.settings };
  const names = Object.keys(REMEMBERED_SETTINGS);
  const entries = names
    .map((name) => [name, before[camelCase(name)]] as const)
    .filter(([, value]) => value !== undefined);
  const { values, origins } = resolveSettings(REMEMBERED_SETTINGS, {
    flags,
    environment,
    file: { path, values: Object.fromEntries(entries) },
  });
  // Beside the one of this machine's libvirt, if there is one.
  const isNamed = values.simulated === undefined || origins["context-name"] !== "default";
  return isNamed ? values : { ...values, contextName: SIMULATED_CONTEXT };
}

/** Names of the settings in which two differ, as flags. */
export function changedFlags(before: RememberedSettings, after: RememberedSettings): readonly string[] {
  const value = (settings: RememberedSettings, name: string) =>
    JSON.stringify((settings as Readonly<Record<string, unknown>>)[camelCase(name)]);
  return Object.keys(REMEMBERED_SETTINGS)
    .filter((name) => value(before, name) !== value(after, name))
    .map((name) => `--${name}`);
}
