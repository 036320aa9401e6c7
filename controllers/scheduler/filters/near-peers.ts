import { type AffinityTerm, isRequired, topologyOf } from "../../../resources/affinity.ts";
import { formatSelector, isSelected } from "../../../resources/label-selector.ts";
import type { HypervisorFacts } from "../../cluster/hypervisor-facts.ts";
import { type Peers, placesOf, type Wish } from "../peers.ts";
import { COST, type Filter } from "./filter.ts";

/** Required affinity: the host is in one place with an instance of each term. */
export const nearPeers: Filter = {
  name: "affinity",
  refuse: (host, wish, peers) => {
    for (const term of wish.spec.affinity ?? [])
      if (isRequired(term) && !isMet(host, term, wish, peers)) return refusal(host, term);
    return undefined;
  },
  // An instance that is not there is nothing one could wish for; a label of the host is.
  explain: (host, { spec: { affinity = [] } }) => {
    const required = affinity.filter(isRequired).map(topologyOf);
    const topology = required.find((one) => placesOf(host, one).length === 0);
    if (topology === undefined || topology === "aggregate") return {};
    const way = `the label ${topology} on ${host.name}, with the value it has where those instances are`;
    return { remedy: { ways: [way], cost: COST.hypervisor } };
  },
};

function isMet(host: HypervisorFacts, term: AffinityTerm, wish: Wish, peers: Peers): boolean {
  const places = placesOf(host, topologyOf(term));
  if (places.some((place) => peers.countAt(topologyOf(term), place, term.labelSelector) > 0)) return true;
  // The first of instances that want to be together has nobody to join.
  const isFirst = places.length > 0 && isSelected(term.labelSelector, wish.labels);
  return isFirst && peers.count(term.labelSelector) === 0;
}

function refusal(host: HypervisorFacts, term: AffinityTerm): string {
  const topology = topologyOf(term);
  const isNowhere = placesOf(host, topology).length === 0;
  const why = isNowhere ? ` (it has no ${topology === "aggregate" ? topology : `label ${topology}`})` : "";
  return `affinity to ${formatSelector(term.labelSelector)} by ${topology} not met${why}`;
}
