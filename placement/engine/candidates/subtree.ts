import type { ProviderNode } from "../provider-node.ts";
import type { PlacementState } from "../state.ts";

/** Whether one of the providers is an ancestor of all others. */
export function shareSubtree(state: PlacementState, nodes: readonly ProviderNode[]): boolean {
  const distinct = [...new Set(nodes)];
  if (distinct.length < 2) return true;
  const lines = distinct.map((node) => lineOf(state, node));
  return distinct.some((node) => lines.every((line) => line.has(node)));
}

/** A provider and its ancestors. Ends at a parent that is missing, or seen before. */
function lineOf(state: PlacementState, node: ProviderNode): ReadonlySet<ProviderNode> {
  const line = new Set<ProviderNode>();
  for (let at: ProviderNode | undefined = node; at && !line.has(at); ) {
    line.add(at);
    at = at.record.parent === null ? undefined : state.provider(at.record.parent);
  }
  return line;
}
