import type { SetInForce } from "../../../controllers/instance-set/instance-set.ts";
import type { Member } from "../../../controllers/instance-set/member.ts";
import { newMember, type Wanted } from "../../../controllers/instance-set/member-object.ts";
import type { Condition } from "../../../resources/conditions.ts";
import type { FlavorSpec } from "../../../resources/flavor.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import type { InstanceSetSpec, InstanceTemplate } from "../../../resources/instance-set.ts";
import type { StoredObject } from "../../../resources/meta.ts";
import { revisionName } from "../../../resources/template-revision.ts";
import { NOW, UID } from "../support/facts.ts";

export const LABELS = { app: "web" };
export const NOW_MS = Date.parse(NOW);

export const aTemplate = (spec: InstanceSpec = {}, metadata: InstanceTemplate["metadata"] = {}): InstanceTemplate => ({
  metadata: { ...metadata, labels: { ...LABELS, ...metadata.labels } },
  spec: { image: { name: "tiny" }, ...spec },
});

export function aSet(more: Partial<InstanceSetSpec> = {}): SetInForce {
  const spec: InstanceSetSpec = { replicas: 3, selector: { matchLabels: LABELS }, template: aTemplate(), ...more };
  return { tail: "ns/default/instancesets/web", namespace: "default", name: "web", uid: UID, spec };
}

export const wantedOf = (set: SetInForce): Wanted => ({
  set,
  revision: revisionName(set.name, set.spec.template),
  now: NOW,
  flavorOf: (name) => FLAVORS[name],
});

const FLAVORS: Readonly<Record<string, FlavorSpec>> = {
  small: { resources: { vcpu: 1, disk: "4Gi" } },
  big: { resources: { vcpu: 4, disk: "8Gi" } },
  fast: { resources: { vcpu: 1, disk: "4Gi" }, traits: { required: ["CUSTOM_SSD"] } },
};

export const condition = (type: string, status: Condition["status"], reason = "Because"): Condition => ({
  type,
  status,
  reason,
  message: "m",
  lastTransitionTime: NOW,
});

const REVISION = 20;
const uidOf = (ordinal: number) => `${UID.slice(0, -4)}${String(1000 + ordinal)}`;

interface MemberOptions extends Partial<Omit<Member, "object" | "record">> {
  /** The set whose template it was written from. */
  readonly set?: SetInForce;
  readonly change?: (object: StoredObject<InstanceSpec>) => StoredObject<InstanceSpec>;
  readonly conditions?: readonly Condition[];
  readonly isBound?: boolean;
  /** Its host has acted upon what was written. */
  readonly isObserved?: boolean;
}

/** An instance of the set as it is when all is well: bound, ready, and written from the set's template. */
export function aMember(ordinal: number, options: MemberOptions = {}): Member {
  const { set = aSet(), change = (it) => it, conditions = [], isBound = true, isObserved = true, ...more } = options;
  const name = `web-${ordinal}`;
  const ready = conditions.some(({ type }) => type === "Ready") ? [] : [condition("Ready", "True", "Running")];
  const binding = { hypervisor: "host-1", epoch: 1, boundAt: NOW };
  return {
    ordinal,
    name,
    tail: `ns/default/instances/${name}`,
    belongs: "ours",
    isSelected: true,
    isDeleted: false,
    isProtected: false,
    object: change(newMember(wantedOf(set), ordinal, uidOf(ordinal))),
    revision: REVISION,
    record: {
      uid: uidOf(ordinal),
      specCreateRevision: 1,
      ...(isBound && { binding }),
      status: { observedRevision: isObserved ? REVISION : REVISION - 1, conditions: [...ready, ...conditions] },
    },
    problem: undefined,
    ...more,
  };
}
