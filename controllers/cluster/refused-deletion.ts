import { COMMON_CONDITION, COMMON_REASON } from "../../resources/common-conditions.ts";
import type { Condition, ConditionFact } from "../../resources/conditions.ts";
import { specKey } from "../../resources/keys.ts";
import type { PlainStatus } from "./admit.ts";
import { isProtectedObject, type ProtectionFacts } from "./deletion-protection.ts";
import { withCondition } from "./last-step.ts";

/** The status with a word of a deletion that was written past vmctl and is not heard, as long as it stands there. */
export function withRefusedDeletion<Status extends PlainStatus>(
  facts: ProtectionFacts,
  status: Status,
  now: string,
): Status {
  const asked = facts.identity.kind !== "refused" && facts.spec?.value.metadata.deletionTimestamp !== undefined;
  if (asked && isProtectedObject(facts)) return withCondition(status, refusal(facts.tail), now);
  const { conditions } = status;
  return conditions?.some(isRefusal)
    ? { ...status, conditions: conditions.filter((condition) => !isRefusal(condition)) }
    : status;
}

const isRefusal = ({ type, reason }: Condition): boolean =>
  type === COMMON_CONDITION.deletionFinished && reason === COMMON_REASON.deletionNotAllowed;

const refusal = (tail: string): ConditionFact => ({
  type: COMMON_CONDITION.deletionFinished,
  status: "False",
  reason: COMMON_REASON.deletionNotAllowed,
  message: `its deletion was written into ${specKey(tail)} and is not heard: spec.deletionProtection. Take metadata.deletionTimestamp out of that key, or set spec.deletionProtection there to false`,
});
