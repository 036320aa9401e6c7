import { type Condition, findCondition, setCondition } from "../../resources/conditions.ts";
import { changedFields } from "../../resources/field-effects.ts";
import { Flavor, type FlavorSpec } from "../../resources/flavor.ts";
import { INSTANCE_CONDITION, REASON } from "../../resources/instance-status.ts";
import type { ResolvedFlavor } from "./resolve-flavor.ts";

const FLAVOR_CURRENT = INSTANCE_CONDITION.flavorCurrent;

/** `FlavorCurrent=False` names what the Flavor says now and the instance has not; one that never differed has none. */
export function withFlavorCurrent(
  conditions: readonly Condition[],
  resolved: ResolvedFlavor,
  now: string,
): Condition[] {
  if (!resolved.ok) return [...conditions];
  const { flavor, newer } = resolved;
  if (newer) {
    const message = `${differences(flavor?.spec ?? {}, newer.spec)}; taken with spec.updatePolicy.flavor: OnChange, as far as a bound instance can`;
    const fact = { type: FLAVOR_CURRENT, status: "False", reason: REASON.flavorChanged, message } as const;
    return setCondition(conditions, fact, now);
  }
  if (findCondition(conditions, FLAVOR_CURRENT)?.status !== "False") return [...conditions];
  return setCondition(conditions, { type: FLAVOR_CURRENT, status: "True", reason: REASON.upToDate }, now);
}

const differences = (old: FlavorSpec, now: FlavorSpec): string =>
  changedFields(Flavor, old, now)
    .filter(({ path }) => path !== "spec.description")
    .map((change) => `${change.path}: ${text(change.old)} -> ${text(change.new)}`)
    .join(", ");

const text = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "none"));
