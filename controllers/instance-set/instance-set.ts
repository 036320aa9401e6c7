import type { InstanceSetSpec } from "../../resources/instance-set.ts";
import { InstanceSet } from "../../resources/instance-set.ts";
import { API_VERSION, type OwnerReference } from "../../resources/meta.ts";

/** A set as far as it is in force: identity, and the spec that was accepted last. */
export interface SetInForce {
  readonly tail: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly spec: InstanceSetSpec;
}

/** Who sets the fields of a template in the instances; see managedFields. */
export const MANAGER = "instanceset-controller";

export const replicasOf = ({ spec }: SetInForce): number => spec.replicas ?? 1;

export const nameOfMember = ({ name }: SetInForce, ordinal: number): string => `${name}-${ordinal}`;

/** The ordinal that a name has in the set: `web-0`, `web-12`; never `web-01`. */
export function ordinalOf({ name: set }: SetInForce, name: string): number | undefined {
  if (!name.startsWith(`${set}-`)) return undefined;
  const rest = name.slice(set.length + 1);
  return /^(0|[1-9][0-9]{0,2})$/.test(rest) ? Number(rest) : undefined;
}

export const selects = ({ spec }: SetInForce, labels: Readonly<Record<string, string>> = {}): boolean =>
  Object.entries(spec.selector.matchLabels).every(([key, value]) => labels[key] === value);

export const ownerReferenceTo = ({ name, uid }: SetInForce): OwnerReference => ({
  apiVersion: API_VERSION,
  kind: InstanceSet.kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});

/** How many may be away at a time for an update: never less than one. */
export function maxUnavailableOf(set: SetInForce): number {
  const written = set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  if (typeof written === "number") return written;
  return Math.max(1, Math.floor((replicasOf(set) * Number.parseInt(written, 10)) / 100));
}
