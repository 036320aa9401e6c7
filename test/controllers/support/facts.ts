import { resolveAssignment } from "../../../controllers/cluster/assignment.ts";
import { identify } from "../../../controllers/cluster/identity.ts";
import type { InstanceFacts } from "../../../controllers/cluster/instance-facts.ts";
import type { MachineFacts, MachineMemory } from "../../../controllers/node/machine-facts.ts";
import { nextTags } from "../../../controllers/node/tags.ts";
import type { CachedImage, MachineState, MachineTags } from "../../../hypervisor/hypervisor.ts";
import type { AssignedInstance } from "../../../resources/assignment.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import type { InstanceStatus } from "../../../resources/instance-status.ts";
import { API_VERSION, type StoredMetadata, type StoredObject } from "../../../resources/meta.ts";
import type { ObservedInstance } from "../../../resources/observed.ts";
import type { StatusRecord } from "../../../resources/status-record.ts";

export const UID = "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11";
export const OTHER = "0c9e6b1f-8f0e-4c57-9d8b-0d3c5d4a7f22";
export const NOW = "2030-01-01T00:00:00Z";
export const TAIL = "ns/default/instances/web-1";
export const SPEC: InstanceSpec = { image: { source: { url: "http://images/tiny" } } };
const GIB = 2 ** 30;

export function anObject(
  metadata: Partial<StoredMetadata> = {},
  spec: InstanceSpec = SPEC,
): StoredObject<InstanceSpec> {
  return {
    apiVersion: API_VERSION,
    kind: "Instance",
    metadata: { name: "web-1", namespace: "default", uid: UID, generation: 1, creationTimestamp: NOW, ...metadata },
    spec,
  };
}

export function aRecord(more: Partial<StatusRecord<InstanceStatus>> = {}): StatusRecord<InstanceStatus> {
  return { uid: UID, specCreateRevision: 10, accepted: { generation: 1, spec: SPEC }, status: {}, ...more };
}

export const BINDING = { hypervisor: "host-1", epoch: 1, boundAt: NOW };

export function anAssignment(more: Partial<AssignedInstance> = {}): AssignedInstance {
  const { assigned } = resolveAssignment({
    uid: UID,
    namespace: "default",
    name: "web-1",
    binding: BINDING,
    accepted: { generation: 1, spec: SPEC },
    specRevision: 10,
    image: undefined,
  });
  return { ...assigned, ...more };
}

export function anObservation(more: Partial<ObservedInstance> = {}): ObservedInstance {
  return {
    uid: UID,
    epoch: 1,
    specRevision: 10,
    generation: 1,
    state: "Running",
    restarts: 0,
    image: { ready: true, digest: "sha256:1" },
    addresses: [{ interface: "default", mac: "52:54:00:00:00:01", ip: "192.0.2.7", source: "lease" }],
    pending: { restart: [], recreate: [], guestConfig: [] },
    ...more,
  };
}

interface Stored {
  readonly spec?: StoredObject<InstanceSpec> | undefined;
  readonly specCreateRevision?: number;
  readonly specProblem?: string;
  readonly record?: StatusRecord<InstanceStatus> | undefined;
  readonly assigned?: AssignedInstance | undefined;
  readonly observed?: ObservedInstance | undefined;
  readonly uidOwner?: string;
  readonly lost?: InstanceFacts["lost"];
  readonly host?: InstanceFacts["host"];
}

const seen = <T>(key: string, value: T | undefined, createRevision = 10) =>
  value === undefined ? undefined : { key, value, createRevision, modRevision: createRevision };

/** The facts that follow from what is stored, as readInstance would read them. */
export function someFacts(stored: Stored): InstanceFacts {
  const spec = seen(`spec/${TAIL}`, stored.spec, stored.specCreateRevision);
  const status = seen(`status/${TAIL}`, stored.record, 11);
  const observed = seen(`observed/host-1/instances/${UID}`, stored.observed, 12);
  return {
    flavor: { ok: true, flavor: undefined },
    tail: TAIL,
    namespace: "default",
    name: "web-1",
    identity: identify({ tail: TAIL, spec, status, uidOwner: stored.uidOwner }),
    spec,
    specProblem: stored.specProblem,
    status,
    owner: undefined,
    lost: stored.lost,
    assigned: seen(`assigned/host-1/instances/${UID}`, stored.assigned, 11),
    observed,
    observedAny: observed,
    observedProblem: undefined,
    host: stored.host ?? "alive",
  };
}

export const IMAGE: CachedImage = { path: "/i", format: "qcow2", digest: "sha256:1", virtualSize: GIB };

export const someTags = (
  assigned: AssignedInstance = anAssignment(),
  more: Partial<MachineTags> = {},
): MachineTags => ({
  ...nextTags(assigned, undefined, false),
  ...more,
});

export function aMachine(
  domain: Partial<NonNullable<MachineState["domain"]>> | undefined = {},
  more: Partial<MachineState> = {},
): MachineState {
  return {
    uid: UID,
    namespace: "default",
    name: "web-1",
    epoch: 1,
    disk: true,
    seed: true,
    domain: { state: "running", tags: someTags(), persistent: true, ...domain },
    ...more,
  };
}

export function withoutDomain(more: Partial<MachineState> = {}): MachineState {
  const { domain: _domain, ...rest } = aMachine({}, more);
  return rest;
}

export function machineFacts(more: Partial<MachineFacts> = {}, memory: Partial<MachineMemory> = {}): MachineFacts {
  return {
    assigned: anAssignment(),
    machine: undefined,
    image: IMAGE,
    held: true,
    now: 1_000_000,
    memory: { failures: 0, ...memory },
    ...more,
  };
}
