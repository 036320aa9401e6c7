import { randomUUID } from "node:crypto";
import type { Placement, PlacementView } from "../../placement/placement.ts";
import { isPlacementError } from "../../placement/placement-error.ts";
import { reviewAnswerKey, reviewKey } from "../../resources/keys.ts";
import { API_VERSION } from "../../resources/meta.ts";
import {
  type PlacementReview,
  type PlacementReviewAnswer,
  REVIEW_SECONDS,
  type ReviewedInstance,
} from "../../resources/placement-review.ts";
import { withFlavor } from "../../resources/spec-in-force.ts";
import { done, type Result } from "../../runtime/result.ts";
import { joinParts, type TransactionPart } from "../../store/transaction-part.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { asSeen, commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { resolveFlavor } from "../cluster/resolve-flavor.ts";
import { findHost } from "./find-host.ts";

type Asked = PlacementReview["spec"]["instances"][number];

/** Answers PlacementReviews: what the scheduler would decide now, without deciding it. */
export class PlacementReviewController {
  readonly #deps: ControllerDeps;
  constructor(deps: ControllerDeps) {
    this.#deps = deps;
  }

  async reconcile(id: string, signal?: AbortSignal): Promise<Result> {
    const { view, placement, store } = this.#deps;
    const review = view.review(id);
    const key = reviewAnswerKey(id);
    const isAnswered = view.hasKey(key);
    // Whoever asked has heard it, or is gone.
    if (!review && isAnswered) await commit(this.#deps, { compares: [], writes: [{ op: "delete", key }] });
    if (!review || isAnswered) return done();
    const instances = await answersOf(view, placement, review.value.spec.instances, signal);
    const answer: PlacementReviewAnswer = { apiVersion: API_VERSION, kind: "PlacementReview", status: { instances } };
    const lease = await store.grantLease(REVIEW_SECONDS);
    // Never kept alive: it goes by itself, also when nobody fetches it.
    lease.abandon();
    await commit(this.#deps, {
      compares: [asSeen(reviewKey(id), review), { key, absent: true }],
      writes: [{ op: "put", key, value: JSON.stringify(answer), leaseId: lease.id }],
    });
    return done();
  }
}

/**
 * One after the other: with the embedded engine each counts on what those before it would take. An outside Placement
 * can only be asked for each by itself.
 */
async function answersOf(
  view: ClusterView,
  placement: Placement,
  asked: readonly Asked[],
  signal: AbortSignal | undefined,
): Promise<ReviewedInstance[]> {
  const answers: ReviewedInstance[] = [];
  let pending: TransactionPart = { compares: [], writes: [] };
  for (const instance of asked) {
    const assumed = placement.assuming(pending);
    const { answer, claim } = await answerOf({ view, placement, assumed }, instance, signal);
    answers.push(answer);
    if (claim) pending = joinParts(pending, claim);
  }
  return answers;
}

interface Asking {
  readonly view: ClusterView;
  readonly placement: Placement;
  readonly assumed: PlacementView;
}

async function answerOf(
  { view, placement, assumed }: Asking,
  { namespace, name, spec }: Asked,
  signal: AbortSignal | undefined,
): Promise<{ answer: ReviewedInstance; claim?: TransactionPart }> {
  const subject = { namespace, name };
  // It will have another one; of equals any may be taken.
  const uid = randomUUID();
  try {
    const flavor = resolveFlavor(view, spec, undefined);
    if (!flavor.ok) return { answer: { ...subject, message: flavor.message } };
    const wish = withFlavor(spec, flavor.flavor?.spec);
    const found = await findHost(view, assumed, { uid, spec: wish }, signal);
    if ("refusal" in found) return { answer: { ...subject, message: found.refusal.message } };
    const { host, candidate } = found.choice;
    const answer = { ...subject, hypervisor: host.name };
    // A claim of the embedded engine is only a proposal for a transaction; an outside one would be a real claim.
    if (placement.needsIntent) return { answer };
    return {
      answer,
      claim: await assumed.claim({ uuid: uid, project: namespace, user: namespace }, candidate, signal),
    };
  } catch (error) {
    if (isPlacementError(error)) return { answer: { ...subject, message: error.message } };
    throw error;
  }
}
