import { findCondition, isConditionTrue } from "../../resources/conditions.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import { INSTANCE_CONDITION as C, type InstanceStatus, REASON } from "../../resources/instance-status.ts";
import type { StoredObject } from "../../resources/meta.ts";
import { ANNOTATION } from "../../resources/meta.ts";
import type { StatusRecord } from "../../resources/status-record.ts";

/** What stands under the name of one ordinal. */
export interface Member {
  readonly ordinal: number;
  readonly name: string;
  readonly tail: string;
  /** The set's own; somebody's; nobody's: may be adopted if its labels fit. */
  readonly belongs: "ours" | "free" | "other";
  readonly isSelected: boolean;
  readonly isDeleted: boolean;
  readonly isProtected: boolean;
  /** Its spec, while that is believed. */
  readonly object: StoredObject<InstanceSpec> | undefined;
  /** Mod revision of that. */
  readonly revision: number;
  readonly record: StatusRecord<InstanceStatus> | undefined;
  /** Why nothing can be decided about it. */
  readonly problem: string | undefined;
}

const conditionsOf = ({ record }: Member) => record?.status.conditions;

/** The template it was last written from. */
export const templateOf = ({ object }: Member): string | undefined =>
  object?.metadata.annotations?.[ANNOTATION.revision];

export const isReady = (member: Member): boolean => !member.isDeleted && isConditionTrue(conditionsOf(member), C.ready);

/** It is known not to run as wished. A host that is silent says nothing: its guests may well run. */
export const isDown = (member: Member): boolean => findCondition(conditionsOf(member), C.ready)?.status === "False";

/** Its host has acted upon everything that was written, and it is ready. */
export const isSettled = (member: Member): boolean =>
  isReady(member) && (member.record?.status.observedRevision ?? 0) >= member.revision;

export const isBound = ({ record }: Member): boolean => record?.binding !== undefined;

/** What was written and has not reached the guest, in words; undefined: all has. */
export function pendingOf(member: Member): string | undefined {
  for (const [type, bad] of PENDING) {
    // One that is off has it at its next start.
    if (type === C.restartRequired && !isReady(member)) continue;
    const condition = findCondition(conditionsOf(member), type);
    if (condition?.status === bad) return `${condition.message} (${condition.reason})`;
  }
  return undefined;
}

const PENDING = [
  [C.recreateRequired, "True"],
  [C.guestConfigApplied, "False"],
  [C.allocated, "False"],
  [C.restartRequired, "True"],
] as const;

/** A change that only a new disk, or a new instance-id, brings to the guest has been written already. */
export const needsRebuild = (member: Member): boolean =>
  isConditionTrue(conditionsOf(member), C.recreateRequired) ||
  findCondition(conditionsOf(member), C.guestConfigApplied)?.status === "False";

/** Why it is not ready, for people. */
export function complaintOf(member: Member): string | undefined {
  if (member.problem !== undefined) return member.problem;
  if (member.isDeleted) return "is being deleted";
  const wrong = [C.accepted, C.scheduled, C.ready].flatMap((type) => findCondition(conditionsOf(member), type) ?? []);
  const first = wrong.find(({ status }) => status !== "True");
  if (first) return first.message === "" ? first.reason : `${first.reason}: ${first.message}`;
  return isReady(member) ? undefined : REASON.waiting;
}
