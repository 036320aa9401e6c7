import { type AffinityTerm, isRequired, topologyOf } from "../../../resources/affinity.ts";
import { formatSelector } from "../../../resources/label-selector.ts";
import type { HypervisorFacts } from "../../cluster/hypervisor-facts.ts";
import { type Peers, placesOf } from "../peers.ts";
import type { Filter } from "./filter.ts";

/**
 * Required antiAffinity, the wish's own and that of instances which have a host: the host is in no place with one of
 * them. A host that is in no place of a topology is far from everybody.
 */
export const farFromPeers: Filter = {
  name: "antiAffinity",
  refuse: (host, { spec }, peers) => {
    for (const term of spec.antiAffinity ?? [])
      if (isRequired(term) && isNear(host, term, peers))
        return `anti-affinity to ${formatSelector(term.labelSelector)} by ${topologyOf(term)}`;
    const repulsion = peers.repulsions.find(({ topology, values }) =>
      placesOf(host, topology).some((place) => values.has(place)),
    );
    return repulsion && `anti-affinity of an instance there by ${repulsion.topology}`;
  },
};

function isNear(host: HypervisorFacts, term: AffinityTerm, peers: Peers): boolean {
  const topology = topologyOf(term);
  return placesOf(host, topology).some((place) => peers.countAt(topology, place, term.labelSelector) > 0);
}
