import { randomUUID } from "node:crypto";
import type { InstanceSpec } from "../../../resources/instance.ts";
import { reviewAnswerKey, reviewKey } from "../../../resources/keys.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import {
  decodePlacementReviewAnswer,
  REVIEW_SECONDS,
  type ReviewedInstance,
} from "../../../resources/placement-review.ts";
import { StoreError } from "../../../store/store-error.ts";
import type { Session } from "../connection/session.ts";

export interface AskedInstance {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: InstanceSpec;
  /** Of one that exists. */
  readonly uid?: string;
}
/** The spec of a PlacementReview. */
export interface ReviewQuestion {
  readonly instances: readonly AskedInstance[];
  readonly explain?: { readonly allHosts?: boolean };
}

/**
 * What the scheduler answers to a PlacementReview: `denied` when this user may not ask, `silence` when nobody did in
 * `patienceMs`. The question goes with its lease, and the answer with the question.
 */
export async function askReview(
  session: Session,
  spec: ReviewQuestion,
  patienceMs: number,
): Promise<readonly ReviewedInstance[] | "denied" | "silence"> {
  const { store, signal } = session;
  const id = randomUUID();
  try {
    const lease = await store.grantLease(REVIEW_SECONDS, { signal });
    try {
      const review = { apiVersion: API_VERSION, kind: "PlacementReview", spec };
      const write = { op: "put", key: reviewKey(id), value: JSON.stringify(review), leaseId: lease.id } as const;
      const { revision } = await store.commit({ compares: [], writes: [write] }, { signal });
      return (await answerTo(session, reviewAnswerKey(id), { revision, patienceMs })) ?? "silence";
    } finally {
      await lease.revoke();
    }
  } catch (error) {
    if (error instanceof StoreError && error.code === "Denied") return "denied";
    throw error;
  }
}

async function answerTo(
  { store, clock, signal }: Session,
  key: string,
  { revision, patienceMs }: { readonly revision: number; readonly patienceMs: number },
): Promise<readonly ReviewedInstance[] | undefined> {
  const patience = new AbortController();
  const cancel = clock.after(patienceMs, () => patience.abort());
  const both = AbortSignal.any([signal, patience.signal]);
  try {
    for await (const { changes } of store.watch([key], { from: revision + 1, signal: both })) {
      const put = changes.find((change) => change.type === "put" && change.entry.key === key);
      const decoded = put?.type === "put" ? decodePlacementReviewAnswer(key, put.entry.value) : undefined;
      if (decoded?.ok) return decoded.value.status.instances;
    }
  } catch (error) {
    if (!patience.signal.aborted || signal.aborted) throw error;
  } finally {
    cancel();
  }
  return undefined;
}
