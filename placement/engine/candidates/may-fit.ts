import { wholeCapacityOf } from "../../capacity.ts";
import type { ProviderNode } from "../provider-node.ts";
import type { Search, Slot } from "./slots.ts";

/**
 * What must hold before any choice can be right, in polynomial time: so that a query of many groups which a tree
 * cannot hold is seen at once instead of after every combination was tried.
 */
export const mayFit = (search: Search, slots: readonly Slot[]): boolean =>
  search.query.granular.length < 2 || (enoughProviders(search, slots) && enoughRoom(search, slots));

/** Isolated groups need providers of their own: a matching of groups to providers (Kuhn's augmenting paths). */
function enoughProviders({ query }: Search, slots: readonly Slot[]): boolean {
  if (!query.isolate) return true;
  const takenBy = new Map<ProviderNode, Slot>();
  return slots.every((slot) => slot.group.suffix === "" || findProvider(slot, takenBy, new Set()));
}

function findProvider(slot: Slot, takenBy: Map<ProviderNode, Slot>, tried: Set<ProviderNode>): boolean {
  for (const node of slot.options) {
    if (tried.has(node)) continue;
    tried.add(node);
    const holder = takenBy.get(node);
    if (holder && !findProvider(holder, takenBy, tried)) continue;
    takenBy.set(node, slot);
    return true;
  }
  return false;
}

/** All that is asked of a class, against all that its possible providers have free. */
function enoughRoom({ query, usageOf }: Search, slots: readonly Slot[]): boolean {
  for (const resourceClass of query.repeated) {
    let asked = 0;
    const nodes = new Set<ProviderNode>();
    for (const { amounts, options } of slots) {
      const wanted = amounts.find((amount) => amount.resourceClass === resourceClass);
      if (!wanted) continue;
      asked += wanted.amount;
      for (const node of options) nodes.add(node);
    }
    let free = 0;
    for (const node of nodes) {
      const inventory = node.record.inventories[resourceClass];
      if (inventory) free += wholeCapacityOf(inventory) - (usageOf(node)?.[resourceClass] ?? 0);
    }
    if (asked > free) return false;
  }
  return true;
}
