import { COMMON_CONDITION, COMMON_REASON } from "../../resources/common-conditions.ts";
import type { ConditionFact } from "../../resources/conditions.ts";
import { labelOfTail } from "../cluster/read-dependents.ts";
import type { ContentStep } from "./content.ts";

const SHOWN = 10;
const USUAL = "is being deleted";

/** What a namespace in deletion waits for; undefined: it is empty. What needs somebody's attention comes first. Pure. */
export function contentRemains(steps: readonly ContentStep[]): ConditionFact | undefined {
  if (steps.length === 0) return undefined;
  const stuck = steps.flatMap((step) =>
    step.do === "wait" && step.because !== USUAL ? [`${step.label} ${step.because}`] : [],
  );
  const going = steps.flatMap((step) => {
    if (step.do === "wait") return step.because === USUAL ? [step.label] : [];
    return [labelOfTail(step.facts.tail)];
  });
  const words = [...stuck, ...going];
  const more = words.length > SHOWN ? ` and ${words.length - SHOWN} more` : "";
  const count = steps.length === 1 ? "1 object" : `${steps.length} objects`;
  return {
    type: COMMON_CONDITION.deletionFinished,
    status: "False",
    reason: COMMON_REASON.contentRemaining,
    message: `waits until nothing is left in it, now ${count}: ${words.slice(0, SHOWN).join(", ")}${more}`,
  };
}
