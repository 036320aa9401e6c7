import { type AffinityTerm, isRequired, topologyOf } from "../../../resources/affinity.ts";
import type { HypervisorFacts } from "../../cluster/hypervisor-facts.ts";
import { type Peers, placesOf } from "../peers.ts";
import type { Score } from "./score.ts";

const FULL_WEIGHT = 100;

/** How well the wishes among affinity and antiAffinity are met: the more peers at a place, the nearer to 1 or to 0. */
export const neighbours: Score = {
  name: "neighbours",
  weight: 4,
  of: ({ host }, { spec: { affinity = [], antiAffinity = [] } }, peers) => {
    const near = averageOf(affinity, (term) => nearness(host, term, peers));
    const far = averageOf(antiAffinity, (term) => 1 - nearness(host, term, peers));
    const count = near.terms + far.terms;
    return count === 0 ? 1 : (near.sum + far.sum) / count;
  },
};

/** A term of weight 1 moves a hundredth of what one of weight 100 does. */
function averageOf(
  terms: readonly AffinityTerm[],
  met: (term: AffinityTerm) => number,
): { sum: number; terms: number } {
  let [sum, wishes] = [0, 0];
  for (const term of terms) {
    if (isRequired(term)) continue;
    wishes += 1;
    sum += (met(term) * (term.weight ?? FULL_WEIGHT)) / FULL_WEIGHT;
  }
  return { sum, terms: wishes };
}

function nearness(host: HypervisorFacts, term: AffinityTerm, peers: Peers): number {
  const topology = topologyOf(term);
  let peersThere = 0;
  for (const place of placesOf(host, topology)) peersThere += peers.countAt(topology, place, term.labelSelector);
  return peersThere / (1 + peersThere);
}
