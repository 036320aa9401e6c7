import { type Condition, findCondition } from "../../../resources/conditions.ts";
import type { InstanceSetSpec, InstanceSetStatus } from "../../../resources/instance-set.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";

/** How far the present template of a set has come; the text is for people. */
export interface RolloutProgress {
  readonly isDone: boolean;
  readonly text: string;
  /** It cannot come to an end, and why. */
  readonly isHopeless: boolean;
}

/** Pure; first match wins. */
export function rolloutProgress(object: JoinedObject): RolloutProgress {
  const name = `instanceset "${object.metadata.name}"`;
  const status = (object.status ?? {}) as InstanceSetStatus;
  const hopeless = whyHopeless(object, status);
  if (hopeless !== undefined) return { isDone: false, isHopeless: true, text: `${name} ${hopeless}` };
  const waits = whatFor(object, status);
  if (waits !== undefined) return { isDone: false, isHopeless: false, text: `waiting for ${name}: ${waits}` };
  return {
    isDone: true,
    isHopeless: false,
    text: `${name} successfully rolled out: ${status.readyReplicas ?? 0} ready`,
  };
}

function whyHopeless({ metadata, spec }: JoinedObject, { conditions }: InstanceSetStatus): string | undefined {
  if (metadata.deletionTimestamp !== undefined) return "is being deleted";
  if ((spec as InstanceSetSpec).updateStrategy?.type === "OnDelete")
    return "has updateStrategy OnDelete: its instances change when they are deleted";
  const accepted = findCondition(conditions, "Accepted");
  return accepted?.status === "False" ? `is not accepted: ${told(accepted)}` : undefined;
}

function whatFor(
  { metadata }: JoinedObject,
  { conditions, observedGeneration = 0 }: InstanceSetStatus,
): string | undefined {
  if (observedGeneration < (metadata.generation ?? 1)) return "its newest spec has not been looked at yet";
  // First: it does not go away by waiting.
  const failure = findCondition(conditions, "ReplicaFailure");
  if (failure?.status === "True") return told(failure);
  const updated = findCondition(conditions, "Updated");
  if (updated?.status !== "True") return told(updated);
  const ready = findCondition(conditions, "Ready");
  return ready?.status === "True" ? undefined : told(ready);
}

const told = (condition: Condition | undefined): string =>
  condition ? condition.message || condition.reason : "nothing is known of its instances yet";
