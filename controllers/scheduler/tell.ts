import { Instance } from "../../resources/instance.ts";
import type { InstanceStatus } from "../../resources/instance-status.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import type { Write } from "../../store/store.ts";
import type { EventRecorder } from "../cluster/event-recorder.ts";
import { transitions } from "../cluster/transitions.ts";
import type { Unbound } from "./unbound.ts";

/** The events of a change of its status record. */
export function tell(
  events: EventRecorder,
  { facts, spec }: Unbound,
  next: StatusRecord<InstanceStatus>,
): Promise<Write[]> {
  const before = facts.status?.value.status.conditions ?? [];
  const { namespace, name } = facts;
  const subject = { uid: spec.value.metadata.uid, kind: Instance.kind, namespace, name };
  const spoken = transitions(before, next.status.conditions ?? []);
  return facts.status ? events.writes(subject, spoken) : events.firstWrites(subject, spoken);
}
