import type { AssignedInstance } from "../../resources/assignment.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import { INSTANCE_CONDITION, type InstanceStatus, REASON } from "../../resources/instance-status.ts";
import { observedInstanceKey, specKey, statusKey } from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import type { NamedImage, SecretTexts } from "../../resources/resolve-instance.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import type { Compare, Write } from "../../store/store.ts";
import { joinParts, type TransactionPart } from "../../store/transaction-part.ts";
import { admittedUidPart } from "../cluster/admitted-uid.ts";
import { assignmentWrites, resolveAssignment } from "../cluster/assignment.ts";
import { namespaceCompares } from "../cluster/barred.ts";
import type { ClusterView, Seen } from "../cluster/cluster-view.ts";
import { asSeen } from "../cluster/commit.ts";
import type { HypervisorFacts } from "../cluster/hypervisor-facts.ts";
import { usagePart } from "../cluster/hypervisor-usage.ts";
import type { InstanceFacts } from "../cluster/instance-facts.ts";
import { deriveStatus } from "../cluster/instance-status/derive-status.ts";

const UNREPORTED = { observed: undefined, observedProblem: undefined, host: "alive" } as const;

export interface BindInput {
  readonly view: ClusterView;
  readonly facts: InstanceFacts;
  readonly spec: Seen<StoredObject<InstanceSpec>>;
  readonly host: HypervisorFacts;
  readonly image: NamedImage | undefined;
  readonly texts: SecretTexts;
  readonly record: StatusRecord<InstanceStatus>;
  /** What the host is told by the same transaction already. */
  readonly beside?: readonly AssignedInstance[];
  readonly now: string;
}

export interface Bind {
  readonly record: StatusRecord<InstanceStatus>;
  readonly assigned: AssignedInstance;
  readonly part: TransactionPart;
}

/**
 * The transaction of architecture 4.4, without the placement part: admission if it was still to come, binding,
 * status and assignment; it compares everything that was assumed, the hypervisor's two keys included, so that no
 * bind follows a cordon that returned and none a delete.
 */
export function bindPart(input: BindInput): Bind {
  const { view, facts, spec, host, beside = [], now } = input;
  const uid = spec.value.metadata.uid;
  const binding = { hypervisor: host.name, epoch: 1, boundAt: now };
  const { scheduling: _claimed, ...rest } = input.record;
  const bound: StatusRecord<InstanceStatus> = { ...rest, binding };
  const { assigned, data } = resolveAssignment({
    uid,
    namespace: facts.namespace,
    name: facts.name,
    binding,
    accepted: bound.accepted ?? { generation: spec.value.metadata.generation, spec: spec.value.spec },
    specRevision: spec.modRevision,
    image: input.image,
    texts: input.texts,
  });
  const accepted = { type: INSTANCE_CONDITION.accepted, status: "True", reason: REASON.admitted } as const;
  const status = deriveStatus({ record: bound, accepted, ...UNREPORTED, now });
  const record = { ...bound, status };
  const writes = [put(statusKey(facts.tail), record), ...assignmentWrites(assigned, data)];
  const usage = usagePart(view, host.name, [
    ...view.assignmentsOf(host.name).map((seen) => seen.value),
    ...beside,
    assigned,
  ]);
  return {
    record,
    assigned,
    part: joinParts(admissionPart(view, facts, spec), { compares: compares(facts, uid, host), writes }, usage),
  };
}

/**
 * S1: the object is the one that was looked at, and its uid is recorded with the status that admits it. With the
 * namespace: nothing is admitted into one whose deletion was recorded meanwhile.
 */
export function admissionPart(
  view: ClusterView,
  facts: InstanceFacts,
  spec: Seen<StoredObject<InstanceSpec>>,
): TransactionPart {
  const seen: Compare[] = [
    ...namespaceCompares(view, facts.tail),
    { key: specKey(facts.tail), modRevision: spec.modRevision },
    asSeen(statusKey(facts.tail), facts.status),
  ];
  return joinParts({ compares: seen, writes: [] }, admittedUidPart(facts, spec.value.metadata.uid));
}

function compares(facts: InstanceFacts, uid: string, host: HypervisorFacts): readonly Compare[] {
  return [
    asSeen(`assigned/${host.name}/instances/${uid}`, facts.assigned),
    // A host that already speaks of this uid has lost its history, or we have: not a place for a new start.
    { key: observedInstanceKey(host.name, uid), absent: true },
    asSeen(specKey(host.tail), host.spec),
    asSeen(statusKey(host.tail), host.status),
  ];
}

const put = (key: string, value: unknown): Write => ({ op: "put", key, value: JSON.stringify(value) });
