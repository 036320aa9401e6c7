import { type Static, Type } from "typebox";
import { Timestamp } from "./meta.ts";

export const Condition = Type.Object({
  type: Type.String(),
  status: Type.Union([Type.Literal("True"), Type.Literal("False"), Type.Literal("Unknown")]),
  reason: Type.String({ pattern: "^[A-Z][A-Za-z0-9]*$" }),
  message: Type.String({ maxLength: 1024 }),
  lastTransitionTime: Timestamp,
  observedGeneration: Type.Optional(Type.Integer()),
});
export type Condition = Static<typeof Condition>;
export type ConditionStatus = Condition["status"];

export interface ConditionFact {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message?: string;
  readonly observedGeneration?: number;
}

const MESSAGE_LIMIT = 1024;

/**
 * The list with one condition set. The transition time moves only when the status does; order is by type, so
 * lists never flap; an equal condition leaves the list equal. Messages are cut at 1024 characters.
 */
export function setCondition(list: readonly Condition[], fact: ConditionFact, now: string): Condition[] {
  const old = list.find((condition) => condition.type === fact.type);
  const next: Condition = {
    type: fact.type,
    status: fact.status,
    reason: fact.reason,
    message: (fact.message ?? "").slice(0, MESSAGE_LIMIT),
    lastTransitionTime: old?.status === fact.status ? old.lastTransitionTime : now,
    ...(fact.observedGeneration === undefined ? {} : { observedGeneration: fact.observedGeneration }),
  };
  return [...list.filter((condition) => condition.type !== fact.type), next].sort((a, b) => (a.type < b.type ? -1 : 1));
}

export const findCondition = (list: readonly Condition[] | undefined, type: string): Condition | undefined =>
  list?.find((condition) => condition.type === type);

export const isConditionTrue = (list: readonly Condition[] | undefined, type: string): boolean =>
  findCondition(list, type)?.status === "True";
