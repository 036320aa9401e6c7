import { COMMON_CONDITION, COMMON_REASON } from "../../resources/common-conditions.ts";
import { type ConditionFact, setCondition } from "../../resources/conditions.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import type { ObjectFacts, PlainStatus } from "./admit.ts";
import { type CascadeStep, listWaits, planCascade } from "./cascade.ts";
import type { ClusterView } from "./cluster-view.ts";
import { readDependents } from "./read-dependents.ts";

/** What the recorded deletion of an object still asks for among what it owns. */
export function cascadeOf(view: ClusterView, tail: string, record: StatusRecord | undefined): CascadeStep[] {
  if (!record?.uid || !record.deletion) return [];
  return planCascade(record.deletion.cascade ?? "background", readDependents(view, tail, record.uid));
}

/**
 * Why the keys of an object in deletion must stay for now, as a condition; undefined: they may go. What it owns first
 * (the garbage collector works on it), then finalizers, which only their programs take away.
 */
export function lastStepWaits(
  view: ClusterView,
  facts: ObjectFacts<PlainStatus>,
  record: StatusRecord | undefined,
): ConditionFact | undefined {
  const steps = cascadeOf(view, facts.tail, record);
  if (steps.length > 0) return waits(COMMON_REASON.dependentsRemaining, `waits for what it owns: ${listWaits(steps)}`);
  const finalizers = finalizersOf(facts, record);
  if (finalizers.length === 0) return undefined;
  const message = `waits until the finalizers are taken away by whoever set them: ${finalizers.join(", ")}`;
  return waits(COMMON_REASON.finalizersRemaining, message);
}

/** Of what was admitted, a spec that is not believed, or gone, takes no finalizer away. */
function finalizersOf(facts: ObjectFacts<PlainStatus>, record: StatusRecord | undefined): readonly string[] {
  const isHeard = facts.identity.kind !== "refused" || record?.uid === undefined;
  const heard = isHeard ? facts.spec?.value.metadata : record.accepted;
  return heard?.finalizers ?? [];
}

const waits = (reason: string, message: string): ConditionFact => ({
  type: COMMON_CONDITION.deletionFinished,
  status: "False",
  reason,
  message,
});

/** The status with that condition, if there is one. */
export function withCondition<Status extends PlainStatus>(
  status: Status,
  fact: ConditionFact | undefined,
  now: string,
): Status {
  return fact ? { ...status, conditions: setCondition(status.conditions ?? [], fact, now) } : status;
}
