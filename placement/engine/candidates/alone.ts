import type { ProviderNode } from "../provider-node.ts";
import type { Answers } from "./answers.ts";
import { matchesAlone } from "./matches.ts";
import type { Search } from "./slots.ts";

/**
 * Whether a root is all there is under it and nobody shares with it, and one group is all that is asked for: then there is
 * nothing to combine. Most hosts are so, and most queries.
 */
export const isAlone = ({ state, query }: Search, anchor: ProviderNode): boolean =>
  query.only !== undefined && state.sharing().size === 0 && state.tree(anchor.record.uuid).length === 1;

/** What combining would find there: the host gives all of it, or it does not. */
export function answerAlone(search: Search, anchor: ProviderNode, answers: Answers): void {
  const { only } = search.query;
  if (!only || !search.budget.step(only.amounts.length)) return;
  if (matchesAlone(search, only, anchor)) answers.takeAlone(anchor, only);
}
