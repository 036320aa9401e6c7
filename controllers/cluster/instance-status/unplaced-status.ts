import { type ConditionFact, setCondition } from "../../../resources/conditions.ts";
import { INSTANCE_CONDITION as C, type InstanceStatus } from "../../../resources/instance-status.ts";
import type { StatusRecord } from "../../../resources/status-record.ts";
import { present } from "../present.ts";

export interface Unplaced {
  readonly record: StatusRecord<InstanceStatus>;
  readonly accepted: ConditionFact;
  /** Why it has no place: of Scheduled and of Ready. */
  readonly reason: string;
  readonly message: string;
  readonly now: string;
}

/** The status of an instance that is bound to no host. */
export function unplacedStatus({ record, accepted, reason, message, now }: Unplaced): InstanceStatus {
  const observedGeneration = record.accepted?.generation;
  const no = (type: string): ConditionFact => ({ type, status: "False", reason, message });
  let conditions = record.status.conditions ?? [];
  for (const fact of [accepted, no(C.scheduled), no(C.ready)])
    conditions = setCondition(conditions, { ...present({ observedGeneration }), ...fact }, now);
  return { ...record.status, phase: record.deletion ? "Terminating" : "Pending", conditions };
}
