import { randomUUID } from "node:crypto";
import type { PlannedObject } from "../../../apply/plan-set.ts";
import { Instance, type InstanceSpec } from "../../../resources/instance.ts";
import { reviewAnswerKey, reviewKey } from "../../../resources/keys.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import {
  decodePlacementReviewAnswer,
  type PlacementReviewAnswer,
  REVIEW_LIMIT,
  REVIEW_SECONDS,
  type ReviewedInstance,
} from "../../../resources/placement-review.ts";
import { StoreError } from "../../../store/store-error.ts";
import type { Session } from "../connection/session.ts";
import type { PlacementWords } from "./plan-lines.ts";

/** How long a scheduler may think about it. */
const PATIENCE_MS = 5_000;

/** Where new instances would go or why nowhere, in words: the scheduler's answer, or that there was none. */
export async function wherePlaced(session: Session, objects: readonly PlannedObject[]): Promise<PlacementWords> {
  const fresh = objects.filter((it) => it.result === "created" && it.manifest.kind === Instance);
  const asked = fresh.slice(0, REVIEW_LIMIT);
  if (asked.length === 0) return new Map();
  const answer = await ask(session, asked.map(subjectOf));
  const words = (planned: PlannedObject): string => {
    if (typeof answer === "string") return answer;
    const { namespace, name } = planned.manifest.object.metadata;
    const found = answer.find((it) => it.namespace === namespace && it.name === name);
    return found ? wordsOf(found) : `not asked where it would go: more than ${REVIEW_LIMIT} new instances`;
  };
  return new Map(fresh.map((planned) => [planned, words(planned)]));
}

const subjectOf = ({ manifest: { object } }: PlannedObject) => ({
  namespace: object.metadata.namespace ?? "",
  name: object.metadata.name,
  spec: object.spec as InstanceSpec,
});

function wordsOf({ hypervisor, message }: ReviewedInstance): string {
  return hypervisor === undefined ? `would wait: ${message ?? "no reason given"}` : `would go to ${hypervisor}`;
}

/** The answers, or why there are none. */
async function ask(
  session: Session,
  instances: readonly ReturnType<typeof subjectOf>[],
): Promise<readonly ReviewedInstance[] | string> {
  const { store } = session;
  const id = randomUUID();
  try {
    const lease = await store.grantLease(REVIEW_SECONDS, { signal: session.signal });
    try {
      const value = JSON.stringify({ apiVersion: API_VERSION, kind: "PlacementReview", spec: { instances } });
      const write = { op: "put", key: reviewKey(id), value, leaseId: lease.id } as const;
      const outcome = await store.commit({ compares: [], writes: [write] }, { signal: session.signal });
      return (await answerTo(session, id, outcome.revision))?.status.instances ?? NO_ANSWER;
    } finally {
      await lease.revoke();
    }
  } catch (error) {
    if (error instanceof StoreError && error.code === "Denied") return "not asked where it would go: this user may not";
    throw error;
  }
}

const NO_ANSWER = `no answer in ${PATIENCE_MS / 1000} s where it would go: does a controller run?`;

async function answerTo(
  { store, clock, signal }: Session,
  id: string,
  revision: number,
): Promise<PlacementReviewAnswer | undefined> {
  const patience = new AbortController();
  const cancel = clock.after(PATIENCE_MS, () => patience.abort());
  const both = AbortSignal.any([signal, patience.signal]);
  const key = reviewAnswerKey(id);
  try {
    for await (const { changes } of store.watch([key], { from: revision + 1, signal: both })) {
      const put = changes.find((change) => change.type === "put" && change.entry.key === key);
      const decoded = put?.type === "put" ? decodePlacementReviewAnswer(key, put.entry.value) : undefined;
      if (decoded?.ok) return decoded.value;
    }
  } catch (error) {
    if (!patience.signal.aborted || signal.aborted) throw error;
  } finally {
    cancel();
  }
  return undefined;
}
