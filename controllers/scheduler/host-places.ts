import { type AffinityTerm, isRequired, topologyOf } from "../../resources/affinity.ts";
import { isSelected } from "../../resources/label-selector.ts";
import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import type { BoundInstance } from "../cluster/bound-index.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { HYPERVISOR_SPECS } from "../cluster/hypervisor-cache.ts";
import type { Wish } from "./peers.ts";

/**
 * Where a condition goes by labels or aggregates of hosts, those of the others' hosts count too. Who changes them writes
 * a manifest and goes through no turnstile, so no manifest of a Hypervisor may be newer than what was looked at
 * (decision 0190). `beside`: who of the namespace will have a host, and is not to be seen yet.
 */
export function hostPlacesPart(view: ClusterView, wish: Wish, beside: readonly BoundInstance[]): TransactionPart {
  if (!isByPlaces(wish, [view.bound.withTerms(wish.namespace), beside])) return emptyPart;
  return { compares: [{ key: HYPERVISOR_SPECS, noneAfter: view.hypervisors.newestSpec }], writes: [] };
}

function isByPlaces({ labels, spec }: Wish, others: readonly Iterable<BoundInstance>[]): boolean {
  const { affinity = [], antiAffinity = [] } = spec;
  if ([...affinity, ...antiAffinity].some((term) => isRequired(term) && isWide(term))) return true;
  const repels = (term: AffinityTerm): boolean => isWide(term) && isSelected(term.labelSelector, labels);
  for (const some of others) for (const other of some) if (other.antiAffinity.some(repels)) return true;
  return false;
}

/** Of more than one host, by what their manifests say. */
const isWide = (term: AffinityTerm): boolean => topologyOf(term) !== "host";
