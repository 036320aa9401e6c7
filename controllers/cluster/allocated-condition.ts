import { type Condition, type ConditionFact, findCondition, setCondition } from "../../resources/conditions.ts";
import { INSTANCE_CONDITION, REASON } from "../../resources/instance-status.ts";

const ALLOCATED = INSTANCE_CONDITION.allocated;

/**
 * `Allocated` says that Placement's books and the instance disagree; an instance that never had that trouble has no
 * such condition. Two reasons, each with one owner: `NoCapacity` (a growth found no room: instance controller) and
 * `AllocationMissing` (runs without an allocation: allocations controller). Whoever set it takes it back.
 */
export type AllocationTrouble = typeof REASON.noCapacity | typeof REASON.allocationMissing;

/** `message` undefined: that trouble is over. */
export function withAllocated(
  conditions: readonly Condition[],
  trouble: AllocationTrouble,
  message: string | undefined,
  now: string,
): Condition[] {
  if (message !== undefined) return setCondition(conditions, refused(trouble, message), now);
  return hasTrouble(conditions, trouble) ? setCondition(conditions, HEALED, now) : [...conditions];
}

export const hasTrouble = (conditions: readonly Condition[] | undefined, trouble: AllocationTrouble): boolean => {
  const condition = findCondition(conditions, ALLOCATED);
  return condition?.status === "False" && condition.reason === trouble;
};

const HEALED: ConditionFact = { type: ALLOCATED, status: "True", reason: REASON.allocated };
const refused = (reason: AllocationTrouble, message: string): ConditionFact => ({
  type: ALLOCATED,
  status: "False",
  reason,
  message,
});
