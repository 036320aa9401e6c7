import type { CandidatesQuery } from "../../placement/candidates-query.ts";
import { claimedFrom } from "../../placement/claimed-from.ts";
import type { Allocations, Candidates, CandidatesRequest, PlacementView } from "../../placement/placement.ts";
import { isPlacementError, PlacementError } from "../../placement/placement-error.ts";
import type { ImageNeeds } from "../../resources/host-traits.ts";
import { REASON } from "../../resources/instance-status.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { hypervisorOfProvider, readHypervisor } from "../cluster/hypervisor-facts.ts";
import { type Choice, type Chosen, choose } from "./choose.ts";
import { nowhereText, unknownHostText } from "./nowhere-text.ts";
import type { Peers, Wish } from "./peers.ts";
import { candidatesQueryOf } from "./request/candidates-query-of.ts";
import { declaredSoon } from "./request/declared-soon.ts";
import { withNameMeant } from "./request/name-meant.ts";
import { hashOf } from "./scores/tie-break.ts";

export type FoundHost =
  | { readonly choice: Choice }
  | { readonly refusal: { readonly reason: string; readonly message: string } };

export interface WantedHost {
  readonly wish: Wish;
  /** What the Image that its spec names asks of the host. */
  readonly image: ImageNeeds | undefined;
  readonly peers: Peers;
  /** How many candidates are enough, so that a decision costs the same in a large cluster; absent: all there are. */
  readonly sample?: number | undefined;
  /** Claims that are decided and not made. */
  readonly planned?: Allocations | undefined;
}

/** What Placement is asked for a wish, or that its pin is not there. Throws PlacementError (`InvalidRequest`). */
export function queryFor(
  view: ClusterView,
  { spec }: Wish,
  image: ImageNeeds | undefined,
): { readonly query: CandidatesQuery } | Exclude<FoundHost, { choice: Choice }> {
  const { hypervisor } = spec;
  const pin = hypervisor === undefined ? undefined : readHypervisor(view, hypervisor).status?.value.uid;
  if (hypervisor !== undefined && pin === undefined)
    return { refusal: { reason: REASON.hypervisorNotFound, message: unknownHostText(view, hypervisor) } };
  const isKept = (trait: string): boolean => view.traits.has(trait);
  return { query: candidatesQueryOf(spec, { image, pinProvider: pin, isKept }) };
}

/** A name that Placement does not know is no mistake while the Hypervisor that declares it is on its way there. */
export function notKnownYet(view: ClusterView, query: CandidatesQuery, error: unknown): string | undefined {
  if (!isPlacementError(error) || error.code !== "InvalidRequest") return undefined;
  const host = declaredSoon(view, query);
  return host && `${error.message}; Hypervisor ${host} declares it, and Placement has not heard of it yet`;
}

/** The best host for a wish now, or why there is none, counted by reason. Reads only. Fails with PlacementError. */
export async function findHost(
  view: ClusterView,
  placement: PlacementView,
  wanted: WantedHost,
  signal?: AbortSignal,
): Promise<FoundHost> {
  const asked = queryFor(view, wanted.wish, wanted.image);
  if ("refusal" in asked) return asked;
  const { query } = asked;
  try {
    return await search(view, placement, { ...wanted, query }, signal);
  } catch (error) {
    const message = notKnownYet(view, query, error);
    if (message === undefined) throw isPlacementError(error) ? withNameMeant(view, query, error) : error;
    return { refusal: { reason: REASON.noCapacity, message } };
  }
}

async function search(
  view: ClusterView,
  placement: PlacementView,
  { wish, query, peers, sample, planned = {} }: WantedHost & { readonly query: CandidatesQuery },
  signal: AbortSignal | undefined,
): Promise<FoundHost> {
  const parts = { peers, hostOf: (provider: string) => hypervisorOfProvider(view, provider) };
  const look = async (limit?: number): Promise<Chosen> => {
    const found = await placement.candidates(limit === undefined ? { query } : sampled(query, wish, limit), signal);
    const chosen = choose(wish, remaining(found, planned), parts);
    const sawAll = limit === undefined || found.candidates.length < limit;
    return chosen.choice || sawAll ? chosen : look();
  };
  const { choice, refused } = await look(query.limit === undefined ? sample : undefined);
  if (choice) return { choice };
  return { refusal: { reason: REASON.noCapacity, message: nowhereText(view, wish, refused) } };
}

/**
 * So many hosts, from where the instance's own uid says: each sees others. Packing begins at the same place for all, so
 * that they meet the hosts which those before them filled.
 */
const sampled = (query: CandidatesQuery, { uid, spec }: Wish, limit: number): CandidatesRequest => ({
  query: { ...query, limit },
  start: spec.schedulingStrategy === "Pack" ? 0 : hashOf(uid),
});

/** What is decided may fail yet: asked again when it is known, Placement itself says why not. */
function remaining(found: Candidates, planned: Allocations): Candidates {
  const left = claimedFrom(found, planned);
  if (found.candidates.length > 0 && left.candidates.length === 0)
    throw new PlacementError("Conflict", "the last room is being taken");
  return left;
}
