import type { CandidatesQuery } from "../../../placement/candidates-query.ts";
import type { Explained, Placement } from "../../../placement/placement.ts";
import { isPlacementError, type PlacementError } from "../../../placement/placement-error.ts";
import type { PlacementExplanation, ReviewedInstance } from "../../../resources/placement-review.ts";
import { emptyPart } from "../../../store/transaction-part.ts";
import type { ClusterView } from "../../cluster/cluster-view.ts";
import { admittedHypervisors, hypervisorOfProvider } from "../../cluster/hypervisor-facts.ts";
import { wishedImage } from "../../cluster/image-index.ts";
import type { Beside } from "../beside.ts";
import { choose } from "../choose.ts";
import { ClusterPeers } from "../cluster-peers.ts";
import { notKnownYet, queryFor } from "../find-host.ts";
import { nowhereText } from "../nowhere-text.ts";
import type { Peers, Wish } from "../peers.ts";
import { withNameMeant } from "../request/name-meant.ts";
import type { WaitingRoom } from "../waiting-room.ts";
import { together } from "./also-invalid.ts";
import { listHosts } from "./list-hosts.ts";
import { lookAtHosts } from "./look-at-hosts.ts";
import { type AskedInstance, type ReviewedWish, reviewedWish } from "./reviewed-wish.ts";
import { type AskOne, smallestChange } from "./smallest-change.ts";

export interface ExplainDeps {
  readonly view: ClusterView;
  readonly placement: Placement;
  /** Of the scheduler that decides. */
  readonly standing: WaitingRoom["standing"];
}
export interface ExplainOptions {
  readonly allHosts: boolean;
  readonly signal: AbortSignal | undefined;
}

const NOBODY: Beside = { claims: emptyPart, boundIn: () => [], admittedTo: () => 0 };

/** Where one instance would go now and what keeps it from every other host. Decides and claims nothing. */
export async function explainInstance(
  deps: ExplainDeps,
  asked: AskedInstance,
  options: ExplainOptions,
): Promise<ReviewedInstance> {
  const reviewed = reviewedWish(deps.view, asked);
  const found = await findOut(deps, reviewed, options);
  // A missing Image hides nothing that is invalid whatever it says.
  const problem = together(reviewed.problem, found.isProblem ? found.message : undefined);
  const message = problem ?? found.message;
  const verdict = message === undefined ? { hypervisor: found.hypervisor ?? "" } : { message };
  const explanation = {
    hypervisors: found.hypervisors ?? admittedHypervisors(deps.view).length,
    ...aboutNow(deps, reviewed),
    ...(problem === undefined ? {} : { problem }),
    ...found.explanation,
  };
  return { namespace: asked.namespace, name: asked.name, ...verdict, explanation };
}

/** Also when something keeps it from every host: then it is known what comes after that. */
async function findOut(deps: ExplainDeps, reviewed: ReviewedWish, options: ExplainOptions): Promise<Found> {
  const { wish, image, problem = "" } = reviewed;
  if (!wish) return nothing(problem);
  const asked = inOrder(() => queryFor(deps.view, wish, image?.spec));
  if (typeof asked === "string") return nothing(asked);
  if ("refusal" in asked) return nothing(asked.refusal.message);
  try {
    return await look(deps, { ...reviewed, wish, ...asked }, options);
  } catch (error) {
    if (isPlacementError(error)) return nothing(unknownText(deps.view, asked.query, error));
    throw error;
  }
}

const unknownText = (view: ClusterView, query: CandidatesQuery, error: PlacementError): string =>
  notKnownYet(view, query, error) ?? withNameMeant(view, query, error).message;

/** What it gives, or how the spec contradicts itself. */
function inOrder<Query>(query: () => Query): Query | string {
  try {
    return query();
  } catch (error) {
    if (isPlacementError(error)) return error.message;
    throw error;
  }
}

const nothing = (message: string): Found => ({ message, isProblem: true, explanation: { fits: [], refused: [] } });

/** Where it is, or how it waits. */
function aboutNow({ standing }: ExplainDeps, { tail, bound }: ReviewedWish) {
  const waiting = bound ? undefined : standing(tail);
  return { ...(bound ? { bound: bound.host } : {}), ...(waiting ? { waiting } : {}) };
}

type Ready = ReviewedWish & { readonly wish: Wish } & Extract<ReturnType<typeof queryFor>, { query: unknown }>;

interface Found {
  readonly hypervisor?: string | undefined;
  readonly message: string | undefined;
  readonly hypervisors?: number;
  /** No host was looked at for it. */
  readonly isProblem?: boolean;
  readonly explanation: Pick<PlacementExplanation, "fits" | "refused" | "moreFit" | "moreRefused" | "change">;
}

async function look({ view, placement }: ExplainDeps, ready: Ready, options: ExplainOptions): Promise<Found> {
  const { wish, bound, image, query } = ready;
  const { signal } = options;
  const without = bound && wish.uid;
  const answer = await placement.explain({ query, without }, signal);
  const identity = wishedImage(wish.spec, image?.name);
  const peers = new ClusterPeers({ view, wish, beside: NOBODY, image: identity, self: bound?.tail });
  const looked = lookAtHosts(view, answer, wish, peers);
  const askOne: AskOne = async (asked, provider) =>
    (await placement.explain({ query: asked, without }, signal)).refused.get(provider) ?? [];
  const [best] = looked.fits;
  const change = best ? undefined : await smallestChange(looked.refused, query, askOne);
  return {
    hypervisor: best?.contender.host.name,
    hypervisors: looked.hypervisors,
    message: best ? undefined : messageOf(view, { wish, peers, answer }),
    explanation: { ...listHosts(looked, options.allHosts, wish, peers), ...(change ? { change } : {}) },
  };
}

interface Nowhere {
  readonly wish: Wish;
  readonly peers: Peers;
  readonly answer: Explained;
}

/** What the scheduler would say, by its own code. */
function messageOf(view: ClusterView, { wish, peers, answer }: Nowhere): string {
  const { refused } = choose(wish, answer, { peers, hostOf: (provider) => hypervisorOfProvider(view, provider) });
  return nowhereText(view, wish, refused);
}
