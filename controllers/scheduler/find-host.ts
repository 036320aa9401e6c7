import { claimedFrom } from "../../placement/claimed-from.ts";
import type { Allocations, PlacementView } from "../../placement/placement.ts";
import { PlacementError } from "../../placement/placement-error.ts";
import type { ImageNeeds } from "../../resources/host-traits.ts";
import { REASON } from "../../resources/instance-status.ts";
import { parseTail } from "../../resources/keys.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { admittedHypervisors, type HypervisorFacts, readHypervisor } from "../cluster/hypervisor-facts.ts";
import { type Choice, choose, refusalsText } from "./choose.ts";
import type { Peers, Wish } from "./peers.ts";
import { candidatesQueryOf } from "./request/candidates-query-of.ts";

export type FoundHost =
  | { readonly choice: Choice }
  | { readonly refusal: { readonly reason: string; readonly message: string } };

export interface WantedHost {
  readonly wish: Wish;
  /** What the Image that its spec names asks of the host. */
  readonly image: ImageNeeds | undefined;
  readonly peers: Peers;
  /** Claims that are decided and not made. */
  readonly planned?: Allocations | undefined;
}

/** The hypervisor of this cluster that a provider stands for: the provider's uuid is its uid. */
export function hostOfProvider(view: ClusterView, provider: string): HypervisorFacts | undefined {
  const name = parseTail(view.uid(provider)?.value.tail ?? "")?.name;
  const host = name === undefined ? undefined : readHypervisor(view, name);
  return host?.status?.value.uid === provider ? host : undefined;
}

/** The best host for a wish now, or why there is none, counted by reason. Reads only. Fails with PlacementError. */
export async function findHost(
  view: ClusterView,
  placement: PlacementView,
  { wish, image, peers, planned = {} }: WantedHost,
  signal?: AbortSignal,
): Promise<FoundHost> {
  const { hypervisor } = wish.spec;
  const pin = hypervisor === undefined ? undefined : readHypervisor(view, hypervisor).status?.value.uid;
  if (hypervisor !== undefined && pin === undefined) {
    const message = `Hypervisor "${hypervisor}" does not exist`;
    return { refusal: { reason: REASON.hypervisorNotFound, message } };
  }
  const isKept = (trait: string): boolean => view.traits.has(trait);
  const query = candidatesQueryOf(wish.spec, { image, pinProvider: pin, isKept });
  const found = await placement.candidates({ query }, signal);
  const answer = claimedFrom(found, planned);
  // What is decided may fail yet: asked again when it is known, Placement itself says why not.
  if (found.candidates.length > 0 && answer.candidates.length === 0)
    throw new PlacementError("Conflict", "the last room is being taken");
  const hostOf = (provider: string) => hostOfProvider(view, provider);
  const { choice, refused } = choose(wish, answer, { peers, hostOf });
  if (choice) return { choice };
  const count = admittedHypervisors(view).length;
  const message = `0 of ${count} hypervisors can take it: ${refusalsText(refused) || "there is none"}`;
  return { refusal: { reason: REASON.noCapacity, message } };
}
