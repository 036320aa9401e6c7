import { REASON, type Refusal } from "../../../placement/refusal.ts";
import { interfaceTraits } from "../../../resources/host-traits.ts";
import type { HypervisorFacts } from "../../cluster/hypervisor-facts.ts";
import type { Remedy } from "../filters/filter.ts";
import { FILTERS } from "../filters/first-refusal.ts";
import type { Peers, Wish } from "../peers.ts";
import { placementRemedy } from "./placement-remedy.ts";

/** One thing that keeps an instance from a host. */
export interface Obstacle {
  /** `placement`, or the filter. */
  readonly by: string;
  /** By which hosts are counted. */
  readonly reason: string;
  readonly text: string;
  readonly remedy: Remedy | undefined;
}

/** All that keeps a wish from a host, the first of it first. What Placement and a filter both know is said once. */
export function obstaclesAt(
  host: HypervisorFacts,
  refusals: readonly Refusal[],
  wish: Wish,
  peers: Peers,
): readonly Obstacle[] {
  const filtered = filterObstacles(host, wish, peers);
  const isFiltered = (name: string): boolean => filtered.some(({ by }) => by === name);
  const networks = new Set(isFiltered("connected") ? interfaceTraits(wish.spec) : []);
  const isSaid = ({ reason, about }: Refusal): boolean =>
    (reason === REASON.cordoned && isFiltered("available")) ||
    (networks.size > 0 && about?.names.some((name) => networks.has(name)) === true);
  const placement = refusals.filter((refusal) => !isSaid(refusal)).map((refusal) => ofPlacement(refusal, host.name));
  if (filtered.length === 0) return placement;
  const available = filtered.filter(({ by }) => by === "available");
  return [...available, ...placement, ...filtered.filter(({ by }) => by !== "available")];
}

export const ofPlacement = (refusal: Refusal, host: string): Obstacle => ({
  by: "placement",
  reason: refusal.reason,
  text: refusal.text,
  remedy: placementRemedy(refusal, host),
});

/** Of every filter, and not only of the first that refuses. */
function filterObstacles(host: HypervisorFacts, wish: Wish, peers: Peers): Obstacle[] {
  return FILTERS.flatMap(({ name, refuse, explain }) => {
    const reason = refuse(host, wish, peers);
    if (reason === undefined) return [];
    const { text = reason, remedy } = explain?.(host, wish) ?? {};
    return [{ by: name, reason, text, remedy }];
  });
}
