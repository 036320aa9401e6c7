import type { Machine } from "../../../resources/assignment.ts";
import type { ConditionFact } from "../../../resources/conditions.ts";
import type { InstanceStatus } from "../../../resources/instance-status.ts";
import type { ObservedInstance } from "../../../resources/observed.ts";
import type { StatusRecord } from "../../../resources/status-record.ts";
import type { HostPresence } from "../instance-facts.ts";

/** What the status of a bound instance follows from. */
export interface StatusInput {
  readonly record: StatusRecord<InstanceStatus>;
  readonly accepted: ConditionFact;
  readonly observed: ObservedInstance | undefined;
  /** Why the host's word cannot be read (S8). */
  readonly observedProblem: string | undefined;
  readonly host: HostPresence;
  /** As the host was told it. */
  readonly machine?: Machine | undefined;
  readonly now: string;
}
