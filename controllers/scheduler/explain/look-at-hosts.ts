import type { Candidate, Explained } from "../../../placement/placement.ts";
import type { ClusterView } from "../../cluster/cluster-view.ts";
import { admittedHypervisors, type HypervisorFacts } from "../../cluster/hypervisor-facts.ts";
import type { Peers, Wish } from "../peers.ts";
import { type Ranked, rank } from "../scores/rank.ts";
import type { Contender } from "../scores/score.ts";
import { type Obstacle, obstaclesAt } from "./obstacles.ts";
import { costOf, type RefusedHost } from "./smallest-change.ts";

export interface LookedAt {
  /** How many there are. */
  readonly hypervisors: number;
  /** Each host once, the best first. */
  readonly fits: readonly Ranked[];
  /** The nearest first. */
  readonly refused: readonly RefusedHost[];
}

const NO_PROVIDER: Obstacle = {
  by: "placement",
  reason: "no provider",
  text: "Placement has no provider for it yet",
  remedy: undefined,
};

/** Every hypervisor of the cluster, judged by Placement's answer and by all filters; pure. */
export function lookAtHosts(view: ClusterView, answer: Explained, wish: Wish, peers: Peers): LookedAt {
  const candidates = byProvider(answer.candidates);
  const { hypervisor: pin } = wish.spec;
  const contenders: Contender[] = [];
  const refused: RefusedHost[] = [];
  const hosts = admittedHypervisors(view);
  for (const host of hosts.filter(({ name }) => pin === undefined || name === pin)) {
    const provider = host.status?.value.uid ?? "";
    const own = candidates.get(provider) ?? [];
    const refusals = answer.refused.get(provider) ?? [];
    const found = obstaclesAt(host, refusals, wish, peers);
    const obstacles = found.length > 0 || own.length > 0 ? found : [NO_PROVIDER];
    if (obstacles.length > 0) refused.push({ name: host.name, provider, refusals, obstacles });
    else contenders.push(...own.map((candidate) => contender(host, candidate, answer)));
  }
  return {
    hypervisors: hosts.length,
    fits: eachHostOnce(rank(contenders, wish, peers)),
    refused: nearestFirst(refused),
  };
}

function byProvider(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const grouped = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const others = grouped.get(candidate.provider);
    if (others) others.push(candidate);
    else grouped.set(candidate.provider, [candidate]);
  }
  return grouped;
}

const contender = (host: HypervisorFacts, candidate: Contender["candidate"], { providers }: Explained): Contender => ({
  host,
  candidate,
  summary: providers[candidate.provider],
});

function eachHostOnce(ranked: readonly Ranked[]): Ranked[] {
  const seen = new Set<string>();
  return ranked.filter(({ contender: { host } }) => !seen.has(host.name) && seen.add(host.name));
}

function nearestFirst(hosts: readonly RefusedHost[]): RefusedHost[] {
  const costs = new Map(hosts.map((host) => [host, costOf(host.obstacles)]));
  const cost = (host: RefusedHost): number => costs.get(host) ?? 0;
  return [...hosts].sort((a, b) => {
    if (cost(a) !== cost(b)) return cost(a) < cost(b) ? -1 : 1;
    return a.obstacles.length - b.obstacles.length || (a.name < b.name ? -1 : 1);
  });
}
