import type { AssignedInstance } from "../../resources/assignment.ts";
import { type ConditionFact, setCondition } from "../../resources/conditions.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import { INSTANCE_CONDITION, type InstanceStatus, REASON } from "../../resources/instance-status.ts";
import { isSameJson } from "../../resources/is-same-json.ts";
import type { Binding, StatusRecord } from "../../resources/status-record.ts";
import type { Write } from "../../store/store.ts";
import { acceptedFrom } from "../cluster/accepted-spec.ts";
import { withAllocated } from "../cluster/allocated-condition.ts";
import { assignmentWrites, resolveAssignment } from "../cluster/assignment.ts";
import { deletionAsked } from "../cluster/deletion-asked.ts";
import { isProtectedObject } from "../cluster/deletion-protection.ts";
import { withFlavorCurrent } from "../cluster/flavor-condition.ts";
import { type InstanceFacts, isBelieved, isUnbound } from "../cluster/instance-facts.ts";
import { deriveStatus } from "../cluster/instance-status/derive-status.ts";
import { withCondition } from "../cluster/last-step.ts";
import type { LostBinding } from "../cluster/lost-binding.ts";
import { withRefusedDeletion } from "../cluster/refused-deletion.ts";
import { type AssignmentSources, nextAssignment, type Resolved, revisionInForce } from "./next-assignment.ts";
import { admittedRecord, planLost, type Rebind } from "./plan-lost.ts";

type Record = StatusRecord<InstanceStatus>;

/** What to do about one instance, as data. */
export type InstancePlan =
  | { readonly kind: "nothing" }
  /** Never admitted: take away the spec key, or the status that only told why. */
  | { readonly kind: "discard" }
  /** The deletion is complete: one transaction removes every key and gives the allocation back. */
  | { readonly kind: "finish" }
  | Rebind
  | {
      readonly kind: "write";
      readonly record: Record;
      readonly writes: readonly Write[];
      /** The assignment as it will be, when `writes` change it. */
      readonly assigned?: AssignedInstance;
    };

export interface PlanInput extends AssignmentSources {
  readonly now: string;
  /** Why its keys must stay although everything else of its deletion is done; `record` absent: never admitted. */
  readonly waits: (record: Record | undefined) => ConditionFact | undefined;
  /** Create revision of a spec key that could not be read. */
  readonly malformedSpecRevision: number | undefined;
}

/** Pure; cases in order, first match wins (architecture section 2, S1 to S7). */
export function planInstance(input: PlanInput): InstancePlan {
  const { facts } = input;
  if (facts.lost) return planWithoutBinding(input, facts.lost);
  if (facts.status?.value.uid === undefined) return planUnadmitted(input);
  if (isUnbound(facts) && input.invalid === undefined) return writeIfNew(input, told(input, facts.status.value));
  const record = inForce(input, facts.status.value);
  if (record.deletion) return planDeletion(input, record);
  return write(input, told(input, record), record.binding ? nextAssignment(input, record) : undefined);
}

const told = ({ facts, now }: PlanInput, record: Record): Record => ({
  ...record,
  status: withRefusedDeletion(facts, record.status, now),
});

function planWithoutBinding(input: PlanInput, lost: LostBinding): InstancePlan {
  const record = inForce(input, admittedRecord(input.facts));
  const plan = planLost(lost, { facts: input.facts, record, accepted: acceptance(input), now: input.now });
  return plan.kind === "unclear" ? writeIfNew(input, plan.record) : plan;
}

function planUnadmitted(input: PlanInput): InstancePlan {
  const { facts } = input;
  const present = facts.spec !== undefined || facts.specProblem !== undefined;
  if (!present) return facts.status ? { kind: "discard" } : { kind: "nothing" };
  if (facts.spec?.value.metadata.deletionTimestamp && !isProtectedObject(facts))
    return { kind: input.waits(undefined) ? "nothing" : "discard" };
  if (acceptance(input).status === "True") return { kind: "nothing" };
  return write(input, refusedRecord(input), undefined);
}

const refusedRecord = ({ facts, malformedSpecRevision = 0 }: PlanInput): Record => ({
  specCreateRevision: facts.spec?.createRevision ?? malformedSpecRevision,
  status: facts.status?.value.status ?? {},
});

/** Whether the spec key is believed, as the condition that says so. */
function acceptance({ facts, invalid }: PlanInput): ConditionFact {
  const no = (reason: string, message: string): ConditionFact => ({
    type: INSTANCE_CONDITION.accepted,
    status: "False",
    reason,
    message,
  });
  if (facts.specProblem !== undefined) return no(REASON.invalid, facts.specProblem);
  if (facts.identity.kind === "refused") return no(facts.identity.reason, facts.identity.message);
  if (invalid !== undefined) return no(REASON.invalid, invalid);
  if (facts.bar) return no(facts.bar.reason, facts.bar.message);
  return { type: INSTANCE_CONDITION.accepted, status: "True", reason: REASON.admitted };
}

/** The record with whatever the believed spec adds: its content, a deletion (S3), a recovered create revision. */
function inForce(input: PlanInput, record: Record): Record {
  const { spec } = input.facts;
  if (!spec || !isBelieved(input.facts)) return record;
  const deletion = record.deletion ?? (isProtectedObject(input.facts) ? undefined : deletionAsked(spec.value.metadata));
  return {
    ...record,
    specCreateRevision: spec.createRevision,
    ...(deletion ? { deletion } : {}),
    ...(input.invalid === undefined ? { accepted: acceptedFrom(spec.value, flavorOf(input.facts)) } : {}),
  };
}

const flavorOf = ({ flavor }: InstanceFacts) => (flavor.ok ? flavor.flavor : undefined);

function planDeletion(input: PlanInput, record: Record): InstancePlan {
  const { facts } = input;
  const { binding } = record;
  const asked = facts.assigned?.value.desired === "Absent";
  if (!binding || (asked && facts.observed?.value.state === "Absent")) return planEnd(input, record);
  const current = facts.assigned?.value ?? farewell(input, record, binding);
  // How long the guest gets may be said with the deletion, or again while it is under way.
  const gracePeriodSeconds = graceOf(record) ?? current.gracePeriodSeconds;
  const assigned: AssignedInstance = { ...current, gracePeriodSeconds, desired: "Absent" };
  const isSaid = isSameJson(assigned, facts.assigned?.value);
  return write(input, record, isSaid ? undefined : { assigned, data: new Map() });
}

function planEnd(input: PlanInput, record: Record): InstancePlan {
  const waits = input.waits(record);
  if (!waits) return { kind: "finish" };
  return write(input, { ...record, status: withCondition(record.status, waits, input.now) }, undefined);
}

const graceOf = ({ accepted }: Record): number | undefined =>
  (accepted?.spec as InstanceSpec | undefined)?.terminationGracePeriodSeconds;

/** A host that is told Absent looks at no image: a deletion waits for none, nor for anything else to be resolved. */
const NO_IMAGE = { source: { url: "http://image.invalid/" } } as const;

/** An assignment for a deletion whose own was lost. */
function farewell(input: PlanInput, { uid = "", accepted }: Record, binding: Binding): AssignedInstance {
  const { namespace, name } = input.facts;
  const spec = { ...(accepted?.spec as InstanceSpec | undefined), image: NO_IMAGE };
  return resolveAssignment({
    uid,
    namespace,
    name,
    binding,
    accepted: { ...accepted, generation: accepted?.generation ?? 0, spec },
    specRevision: revisionInForce(input),
    image: undefined,
  }).assigned;
}

function write(input: PlanInput, record: Record, next: Resolved | undefined): InstancePlan {
  const status = record.binding ? boundStatus(input, record) : pendingStatus(input, record);
  const decided = { ...record, status };
  if (next)
    return {
      kind: "write",
      record: decided,
      writes: assignmentWrites(next.assigned, next.data),
      assigned: next.assigned,
    };
  return writeIfNew(input, decided);
}

function writeIfNew({ facts }: PlanInput, record: Record): InstancePlan {
  if (isSameJson(record, facts.status?.value)) return { kind: "nothing" };
  return { kind: "write", record, writes: [] };
}

function boundStatus(input: PlanInput, record: Record): InstanceStatus {
  const { facts, now, noRoom } = input;
  const { observedProblem, host } = facts;
  const observed = facts.observed?.value;
  const machine = facts.assigned?.value.machine;
  const status = deriveStatus({ record, accepted: acceptance(input), observed, observedProblem, host, machine, now });
  const conditions = withAllocated(status.conditions ?? [], REASON.noCapacity, noRoom, now);
  // Of a spec that is not in force it says nothing.
  if (!isBelieved(facts) || input.invalid !== undefined) return { ...status, conditions };
  return { ...status, conditions: withFlavorCurrent(conditions, facts.flavor, now) };
}

function pendingStatus(input: PlanInput, record: Record): InstanceStatus {
  const conditions = setCondition(record.status.conditions ?? [], acceptance(input), input.now);
  return { ...record.status, phase: record.deletion ? "Terminating" : "Pending", conditions };
}
