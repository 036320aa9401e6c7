import { accepts } from "../../capacity.ts";
import type { ProviderNode } from "../provider-node.ts";
import { type Amount, type CompiledGroup, inAny, type Part } from "./compile-query.ts";
import type { Search } from "./slots.ts";

function hasRoom({ usageOf }: Search, node: ProviderNode, { resourceClass, amount }: Amount): boolean {
  const inventory = node.record.inventories[resourceClass];
  if (inventory === undefined) return false;
  const used = usageOf(node);
  return used !== undefined && accepts(inventory, used[resourceClass] ?? 0, amount);
}

/**
 * Whether a provider can be all of a granular group. Upstream's rules for a group without resources: it needs a
 * required trait or a member_of to match anything, and its in_tree is not looked at.
 */
export function matchesAlone(search: Search, group: CompiledGroup, node: ProviderNode): boolean {
  if (!placed(group, node)) return false;
  for (const amount of group.amounts) if (!hasRoom(search, node, amount)) return false;
  for (const anyOf of group.required) if (!inAny(node, anyOf)) return false;
  return inEach(node, group) && !inAny(node, group.forbidden) && !inAny(node, group.notMemberOf);
}

function placed({ amounts, required, memberOf, inTree }: CompiledGroup, node: ProviderNode): boolean {
  if (amounts.length === 0) return required.length + memberOf.length > 0;
  return inTree === undefined || node.record.root === inTree;
}

/**
 * Whether a provider can be one class of the unsuffixed group under an anchor. Aggregates of the root span its tree;
 * a sharing provider has to be in them itself, and none gives to a group that is pinned to a tree.
 */
export function gives(search: Search, { group, amounts }: Part, anchor: ProviderNode, node: ProviderNode): boolean {
  const own = node.record.root === anchor.record.uuid;
  if (group.inTree !== undefined && !(own && node.record.root === group.inTree)) return false;
  for (const amount of amounts) if (!hasRoom(search, node, amount)) return false;
  if (inAny(node, group.forbidden) || inAny(node, group.notMemberOf) || inAny(anchor, group.notMemberOf)) return false;
  return inEach(node, group) || (own && inEach(anchor, group));
}

/** In an aggregate of each member_of. */
function inEach(node: ProviderNode, { memberOf }: CompiledGroup): boolean {
  for (const anyOf of memberOf) if (!inAny(node, anyOf)) return false;
  return true;
}
