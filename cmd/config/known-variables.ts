import { didYouMean } from "../../resources/did-you-mean.ts";
import { CONTROLLER_SETTINGS } from "../controller/settings.ts";
import { FLEET_SETTINGS } from "../fleet/settings.ts";
import { NODE_SETTINGS } from "../node/settings.ts";
import { PLACEMENT_SETTINGS } from "../placement/settings.ts";
import { UP_SETTINGS } from "../up/settings.ts";
import { environmentName, type SettingTable } from "./setting.ts";
import { UsageError } from "./usage-error.ts";

const OURS = /^VMCTL_/;
/** Read by bin/, the command line, hack/ and the build (a test compares); what begins with VMCTL_TEST is for tests. */
const OF_OTHERS = [
  ...["NODE", "CONFIG", "CONFIG_FILE", "CONTEXT", "NAMESPACE", "EDITOR", "FIELD_MANAGER", "DEBUG", "VERSION", "CACHE"],
  ...["SHARED", "IMAGES_REBUILD", "OS_RELEASE", "SYSTEMD_DIR", "DEBIAN_SUITE", "DEBIAN_MIRROR", "BENCH_PROFILE"],
].map((name) => `VMCTL_${name}`);
/** Kubernetes sets these in every pod beside services named vmctl or vmctl-…; tests have theirs. */
const NOT_A_SETTING = /^VMCTL_(TEST(_|$)|(\w+_)?(SERVICE_(HOST|PORT)|PORT)($|_))/;

const PROGRAMS: readonly SettingTable[] = [
  ...[CONTROLLER_SETTINGS, NODE_SETTINGS, FLEET_SETTINGS, PLACEMENT_SETTINGS, UP_SETTINGS],
];

/**
 * UsageError for a variable VMCTL_… that nobody reads: like an unknown name in a file, it is a setting that was meant
 * and has no effect. Those of other programs are fine, one environment may be for several.
 */
export function refuseUnknownVariables(environment: Readonly<Record<string, string | undefined>>): void {
  const known = new Set([...PROGRAMS.flatMap(Object.keys).map(environmentName), ...OF_OTHERS]);
  const isUnknown = (name: string) => OURS.test(name) && !known.has(name) && !NOT_A_SETTING.test(name);
  const unknown = Object.keys(environment).find((name) => isUnknown(name) && environment[name]);
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, [...known]) || ": unset it";
  throw new UsageError(`environment: no setting is called ${unknown}${hint}`);
}
