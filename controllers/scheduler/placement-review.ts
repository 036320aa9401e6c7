import type { Placement } from "../../placement/placement.ts";
import { isPlacementError } from "../../placement/placement-error.ts";
import { Instance } from "../../resources/instance.ts";
import { objectTail, reviewAnswerKey, reviewKey } from "../../resources/keys.ts";
import { API_VERSION } from "../../resources/meta.ts";
import {
  type PlacementReview,
  type PlacementReviewAnswer,
  REVIEW_SECONDS,
  type ReviewedInstance,
} from "../../resources/placement-review.ts";
import { done, type Result, requeueAfter } from "../../runtime/result.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { asSeen, commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { wishedImage } from "../cluster/image-index.ts";
import { DecidedBinds } from "./beside.ts";
import { ClusterPeers } from "./cluster-peers.ts";
import { alsoInvalid, together } from "./explain/also-invalid.ts";
import { type ExplainDeps, explainInstance } from "./explain/explain-instance.ts";
import { reviewedWish } from "./explain/reviewed-wish.ts";
import { findHost } from "./find-host.ts";
import { ReviewPace } from "./review-pace.ts";

type Asked = PlacementReview["spec"]["instances"][number];

/** Answers PlacementReviews: what the scheduler would decide now, without deciding it. */
export class PlacementReviewController {
  readonly #deps: ControllerDeps & Pick<ExplainDeps, "standing">;
  readonly #pace: ReviewPace;
  constructor(deps: ControllerDeps & Pick<ExplainDeps, "standing">) {
    this.#deps = deps;
    this.#pace = new ReviewPace(deps.clock.monotonic());
  }

  async reconcile(id: string, signal?: AbortSignal): Promise<Result> {
    const { view, placement, store, clock } = this.#deps;
    const review = view.review(id);
    const key = reviewAnswerKey(id);
    const isAnswered = view.hasKey(key);
    // Whoever asked has heard it, or is gone.
    if (!review && isAnswered) await commit(this.#deps, { compares: [], writes: [{ op: "delete", key }] });
    if (!review || isAnswered) return done();
    const waitMs = this.#pace.take(clock.monotonic());
    if (waitMs > 0) return requeueAfter(waitMs, "many ask where instances would go");
    const { instances: asked, explain } = review.value.spec;
    const instances = explain
      ? await this.#explained(asked, explain.allHosts ?? false, signal)
      : await answersOf(view, placement, asked, signal);
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

  /** Of the first alone: an answer holds many hosts. */
  async #explained(
    [first]: readonly Asked[],
    allHosts: boolean,
    signal: AbortSignal | undefined,
  ): Promise<ReviewedInstance[]> {
    return first ? [await explainInstance(this.#deps, first, { allHosts, signal })] : [];
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
  const before = new DecidedBinds();
  for (const instance of asked) answers.push(await answerOf({ view, placement, before }, instance, signal));
  return answers;
}

interface Asking {
  readonly view: ClusterView;
  readonly placement: Placement;
  readonly before: DecidedBinds;
}

async function answerOf(
  { view, placement, before }: Asking,
  asked: Asked,
  signal: AbortSignal | undefined,
): Promise<ReviewedInstance> {
  const { namespace, name, labels = {} } = asked;
  const subject = { namespace, name };
  try {
    const { wish, image, problem } = reviewedWish(view, asked, before);
    if (!wish) return { ...subject, message: problem ?? "" };
    const books = placement.assuming(before.claims);
    if (problem !== undefined)
      return { ...subject, message: together(problem, await alsoInvalid(view, books, wish, signal)) ?? problem };
    const peers = new ClusterPeers({ view, wish, beside: before, image: wishedImage(wish.spec, image?.name) });
    const found = await findHost(view, books, { wish, image: image?.spec, peers }, signal);
    if ("refusal" in found) return { ...subject, message: found.refusal.message };
    const { choice } = found;
    const consumer = { uuid: wish.uid, project: namespace, user: namespace };
    // A claim of the embedded engine is only a proposal for a transaction; an outside one would be a real claim.
    const claim = placement.needsIntent ? undefined : await books.claim(consumer, choice.candidate, signal);
    const record = { specCreateRevision: 0, accepted: { generation: 1, spec: wish.spec, labels }, status: {} };
    before.add({ tail: objectTail(Instance, namespace, wish.uid), record, choice, isNew: true }, claim);
    return { ...subject, hypervisor: choice.host.name };
  } catch (error) {
    if (isPlacementError(error)) return { ...subject, message: error.message };
    throw error;
  }
}
