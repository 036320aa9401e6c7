import type { AllocationRequest, CandidatesQuery } from "../../candidates-query.ts";
import { PlacementProblem } from "../placement-problem.ts";
import { PROBLEM } from "../problems.ts";
import type { ProviderNode } from "../provider-node.ts";
import type { PlacementState } from "../state.ts";
import { answerAlone, isAlone } from "./alone.ts";
import { anchorsOf } from "./anchors.ts";
import { Answers } from "./answers.ts";
import { combine } from "./combine.ts";
import { inAny } from "./compile-query.ts";
import { mayFit } from "./may-fit.ts";
import { searchFor } from "./search-for.ts";
import { type Search, slotsAt, type UsageOf } from "./slots.ts";
import type { TreeSummary } from "./summaries.ts";

export interface CandidatesOptions {
  /** Where in the ring of roots the search begins, so that with a limit not everybody sees the same hosts. */
  readonly start?: number;
  /** When it is not what the state says. */
  readonly usageOf?: UsageOf;
  /** False (microversions before 1.29): without answers that use two providers of one tree. */
  readonly nested?: boolean;
}

export interface CandidatesAnswer {
  readonly requests: readonly AllocationRequest[];
  /** Of every provider of every tree that a request takes from. */
  readonly summaries: ReadonlyMap<string, TreeSummary>;
  /** The search was given up before its end (see budget.ts): there may be more. */
  readonly cut: boolean;
}

/**
 * Every way to satisfy a query, up to its limit, under the rules of upstream's 8.0 at 1.39. The order means nothing.
 * Names are taken as known (known-names.ts). PlacementProblem `tooComplex`: given up without an answer.
 */
export function findCandidates(
  state: PlacementState,
  query: CandidatesQuery,
  options: CandidatesOptions = {},
): CandidatesAnswer {
  const search = searchFor(state, query, options.usageOf);
  const answers = new Answers(search, query.limit, options.nested ?? true);
  for (const anchor of anchorsOf(search, options.start ?? 0)) {
    if (!answers.wanted || search.budget.spent) break;
    answerAt(search, anchor, answers);
  }
  const { cut } = search.budget;
  if (cut && answers.requests.length === 0)
    throw new PlacementProblem(PROBLEM.tooComplex, "the query has too many combinations to search: use fewer groups");
  return { requests: answers.requests, summaries: answers.summaries(), cut };
}

function answerAt(search: Search, anchor: ProviderNode, answers: Answers): void {
  const { query, budget } = search;
  budget.nextTree();
  if (!budget.step()) return;
  if (!query.rootRequired.every((nodes) => nodes.has(anchor)) || inAny(anchor, query.rootForbidden)) return;
  if (isAlone(search, anchor)) {
    answerAlone(search, anchor, answers);
    return;
  }
  const slots = slotsAt(search, anchor);
  if (slots && mayFit(search, slots)) combine(search, slots, (choice) => answers.take(slots, choice));
}
