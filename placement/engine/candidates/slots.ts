import type { Resources } from "../../placement.ts";
import type { ProviderNode } from "../provider-node.ts";
import type { PlacementState } from "../state.ts";
import type { Budget } from "./budget.ts";
import type { CompiledQuery, Part } from "./compile-query.ts";
import { gives, matchesAlone } from "./matches.ts";
import type { SharingReach } from "./sharing-reach.ts";

/** What one query is answered with. */
export interface Search {
  readonly state: PlacementState;
  readonly query: CompiledQuery;
  readonly reach: SharingReach;
  readonly budget: Budget;
  readonly usageOf: UsageOf;
}

/** What is used of a provider; `undefined`: not known, so nothing of it is promised. */
export type UsageOf = (node: ProviderNode) => Resources | undefined;

/** A part of the query and who could give it under one root. One way to satisfy the query is one option of each. */
export interface Slot extends Part {
  readonly options: readonly ProviderNode[];
}

/** The slots of a query on the tree of `anchor` and the sharing providers it reaches; `undefined`: one has no option. */
export function slotsAt(search: Search, anchor: ProviderNode): readonly Slot[] | undefined {
  const { state, query, reach, budget } = search;
  const tree = state.tree(anchor.record.uuid);
  const shared = reach.reachable(anchor.record.uuid);
  const all = shared.length === 0 ? tree : [...tree, ...shared];
  const slots: Slot[] = [];
  for (const part of query.parts) {
    if (!budget.step(all.length)) return undefined;
    const options = all.filter((node) =>
      part.group.suffix === "" ? gives(search, part, anchor, node) : matchesAlone(search, part.group, node),
    );
    if (options.length === 0) return undefined;
    slots.push({ ...part, options });
  }
  // Who has few options chooses first: what cannot be shows early.
  return slots.sort((a, b) => a.options.length - b.options.length);
}
