import type { CandidatesQuery } from "../../candidates-query.ts";
import { REASON, type Refusal } from "../../refusal.ts";
import { Budget } from "../candidates/budget.ts";
import { combine } from "../candidates/combine.ts";
import { mayFit } from "../candidates/may-fit.ts";
import { searchFor } from "../candidates/search-for.ts";
import { type Search, slotsAt, type UsageOf } from "../candidates/slots.ts";
import type { ProviderNode } from "../provider-node.ts";
import type { PlacementState } from "../state.ts";
import { explainGranular, explainUnsuffixed } from "./explain-group.ts";
import { together, traitForbidden, traitMissing } from "./name-words.ts";

/** Why the tree of a root (its uuid) cannot serve the query, the most telling first; empty when it can. */
export type Explain = (root: string) => readonly Refusal[];

/** For many trees: the query is prepared once. Valid as long as the state stands still. */
export function refusalExplainer(state: PlacementState, query: CandidatesQuery, usageOf?: UsageOf): Explain {
  const search = searchFor(state, query, usageOf);
  return (uuid) => {
    const root = state.provider(uuid);
    if (!root) return [{ reason: "no such provider", text: `there is no provider ${uuid}` }];
    // A budget of its own: however many are asked about, none is judged by what others took.
    return explainRoot({ ...search, budget: new Budget() }, query, root);
  };
}

export const explainRefusal = (
  state: PlacementState,
  query: CandidatesQuery,
  root: string,
  usageOf?: UsageOf,
): readonly Refusal[] => refusalExplainer(state, query, usageOf)(root);

/** Only the first kind of trouble is told: who is cordoned is not counted as full, too. */
function explainRoot(search: Search, query: CandidatesQuery, root: ProviderNode): readonly Refusal[] {
  const { rootRequired = [], rootForbidden = [] } = query;
  const { state } = search;
  const refused = [
    ...rootForbidden.filter((trait) => state.withTrait(trait).has(root)).map(traitForbidden),
    ...rootRequired.filter((trait) => !state.withTrait(trait).has(root)).map((trait) => traitMissing([trait])),
  ];
  if (refused.length > 0) return refused;
  const { unsuffixed, granular } = search.query;
  const groups = granular.flatMap((group) => explainGranular(search, group, root));
  const refusals = [...(unsuffixed ? explainUnsuffixed(search, unsuffixed, root) : []), ...groups];
  if (refusals.length > 0) return mostTelling(refusals);
  return fits(search, root) ? [] : [together()];
}

/** A cordon first: the rest does not matter while it stands. Nothing twice. */
function mostTelling(refusals: readonly Refusal[]): readonly Refusal[] {
  const cordon = refusals.filter(({ reason }) => reason === REASON.cordoned);
  const texts = new Set<string>();
  return (cordon.length > 0 ? cordon : refusals).filter(({ text }) => !texts.has(text) && texts.add(text));
}

function fits(search: Search, root: ProviderNode): boolean {
  const slots = slotsAt(search, root);
  if (!slots || !mayFit(search, slots)) return false;
  let found = false;
  combine(search, slots, () => {
    found = true;
    return false;
  });
  return found;
}
