import type { PlannedObject } from "../../../apply/plan-set.ts";
import { Instance, type InstanceSpec } from "../../../resources/instance.ts";
import { REVIEW_LIMIT, type ReviewedInstance } from "../../../resources/placement-review.ts";
import type { Session } from "../connection/session.ts";
import { askReview } from "./ask-review.ts";
import type { PlacementWords } from "./plan-lines.ts";
import { withOwnNames } from "./with-own-names.ts";

/** How long a scheduler may think about it. */
const PATIENCE_MS = 5_000;

/** Where new instances would go or why nowhere, in words: the scheduler's answer, or that there was none. */
export async function wherePlaced(session: Session, objects: readonly PlannedObject[]): Promise<PlacementWords> {
  const fresh = objects.filter((it) => it.result === "created" && it.manifest.kind === Instance);
  const asked = fresh.slice(0, REVIEW_LIMIT);
  if (asked.length === 0) return new Map();
  const answer = await ask(
    session,
    asked.map((planned) => subjectOf(planned, objects)),
  );
  const words = (planned: PlannedObject): string => {
    if (typeof answer === "string") return answer;
    const { namespace, name } = planned.manifest.object.metadata;
    const found = answer.find((it) => it.namespace === namespace && it.name === name);
    return found ? wordsOf(found) : `not asked where it would go: more than ${REVIEW_LIMIT} new instances`;
  };
  return new Map(fresh.map((planned) => [planned, words(planned)]));
}

const subjectOf = ({ manifest: { object } }: PlannedObject, objects: readonly PlannedObject[]) => {
  const { namespace, name, labels = {} } = object.metadata;
  const spec = withOwnNames({ namespace, spec: object.spec as InstanceSpec }, objects);
  return { namespace: namespace ?? "", name, labels, spec };
};

function wordsOf({ hypervisor, message }: ReviewedInstance): string {
  return hypervisor === undefined ? `would wait: ${message ?? "no reason given"}` : `would go to ${hypervisor}`;
}

/** The answers, or why there are none. */
async function ask(
  session: Session,
  instances: readonly ReturnType<typeof subjectOf>[],
): Promise<readonly ReviewedInstance[] | string> {
  const answer = await askReview(session, { instances }, PATIENCE_MS);
  if (answer === "denied") return "not asked where it would go: this user may not";
  return answer === "silence" ? NO_ANSWER : answer;
}

const NO_ANSWER = `no answer in ${PATIENCE_MS / 1000} s where it would go: does a controller run?`;
