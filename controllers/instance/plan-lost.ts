import type { Machine } from "../../resources/assignment.ts";
import type { ConditionFact } from "../../resources/conditions.ts";
import { type InstanceStatus, REASON } from "../../resources/instance-status.ts";
import type { Binding, StatusRecord } from "../../resources/status-record.ts";
import type { InstanceFacts } from "../cluster/instance-facts.ts";
import { deriveStatus } from "../cluster/instance-status/derive-status.ts";
import { unplacedStatus } from "../cluster/instance-status/unplaced-status.ts";
import type { LostBinding } from "../cluster/lost-binding.ts";

type Record = StatusRecord<InstanceStatus>;

/** The binding was lost and is known again; its allocation is asked for before it is written. */
export interface Rebind {
  readonly kind: "rebind";
  readonly record: Record & { readonly uid: string; readonly binding: Binding };
  /** What the host was told to make: the size that is to be booked. */
  readonly machine: Machine;
}

export interface LostInput {
  readonly facts: InstanceFacts;
  /** With what is in force of the spec. */
  readonly record: Record;
  readonly accepted: ConditionFact;
  readonly now: string;
}

/**
 * A lost binding is rebuilt as its one assignment says, same host and same epoch, or an administrator has to say
 * where it is: it is never made anew (I1), and no deletion passes it by. Pure.
 */
export function planLost(
  lost: LostBinding,
  input: LostInput,
): Rebind | { readonly kind: "unclear"; readonly record: Record } {
  const { record, now } = input;
  if (lost.kind === "found") return rebind(lost, input);
  const status = unplacedStatus({ ...input, record, reason: REASON.assignedBefore, message: lost.message, now });
  return { kind: "unclear", record: { ...record, status } };
}

function rebind(
  { assigned }: Extract<LostBinding, { kind: "found" }>,
  { facts, record, accepted, now }: LostInput,
): Rebind {
  const { uid, hypervisor, epoch, desired, machine } = assigned.value;
  const { scheduling: _claimed, ...rest } = record;
  // S3: that it is to go was recorded there too.
  const deletion = record.deletion ?? (desired === "Absent" ? { requestedAt: now } : undefined);
  const rebuilt = { ...rest, uid, ...(deletion ? { deletion } : {}), binding: { hypervisor, epoch, boundAt: now } };
  const { observedProblem, host } = facts;
  const observed = facts.observed?.value;
  const status = deriveStatus({ record: rebuilt, accepted, observed, observedProblem, host, machine, now });
  return { kind: "rebind", record: { ...rebuilt, status }, machine };
}

/** The record as it is, or as a first admission would make it. */
export function admittedRecord({ status, spec }: InstanceFacts): Record {
  if (status?.value.uid !== undefined || !spec) return status?.value ?? { specCreateRevision: 0, status: {} };
  const { uid } = spec.value.metadata;
  return { status: {}, ...status?.value, uid, specCreateRevision: spec.createRevision };
}
