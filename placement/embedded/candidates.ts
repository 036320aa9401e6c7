import { candidateOf } from "../candidate-of.ts";
import type { CandidatesQuery } from "../candidates-query.ts";
import { checkQuery } from "../check-request.ts";
import { findCandidates as search } from "../engine/candidates/find-candidates.ts";
import { countReasons } from "../engine/explain/count-reasons.ts";
import { refusalExplainer } from "../engine/explain/explain-refusal.ts";
import { REASON } from "../engine/explain/refusal.ts";
import { unknownName } from "../engine/known-names.ts";
import { PlacementProblem } from "../engine/placement-problem.ts";
import type { Candidates, CandidatesRequest, CountedReason } from "../placement.ts";
import { PlacementError } from "../placement-error.ts";
import { queryOf } from "../query-of.ts";
import type { Picture } from "./picture.ts";

/** Pure: the answer for one picture. */
export function findCandidates(picture: Picture, request: CandidatesRequest): Candidates {
  const query = queryOf(request);
  checkQuery(query);
  const unknown = unknownName(picture.state, query);
  if (unknown !== undefined) throw new PlacementError("InvalidRequest", unknown);
  const { requests, summaries } = searched(picture, query, request.start);
  const candidates = requests.map((found) => candidateOf(found, (uuid) => summaries.get(uuid)));
  let reasons: readonly CountedReason[] | undefined;
  return {
    candidates,
    providers: Object.fromEntries(summaries),
    get reasons() {
      reasons ??= reasonsOf(picture, query);
      return reasons;
    },
  };
}

function searched(picture: Picture, query: CandidatesQuery, start = 0) {
  try {
    return search(picture.state, query, { start, usageOf: (node) => picture.usageOf(node) });
  } catch (error) {
    if (!(error instanceof PlacementProblem)) throw error;
    throw new PlacementError("InvalidRequest", error.message, { cause: error });
  }
}

/** Of every host that cannot serve. Who merely shares with hosts is none, nor is one outside the tree asked for. */
function reasonsOf(picture: Picture, query: CandidatesQuery): readonly CountedReason[] {
  const { state } = picture;
  const explain = refusalExplainer(state, query, (node) => picture.usageOf(node));
  const pinned = query.groups.some(({ inTree }) => inTree !== undefined);
  const reasons: string[] = Array(pinned ? 0 : picture.unreadableProviders()).fill("provider record unreadable");
  for (const node of state.roots())
    if (!state.sharing().has(node)) reasons.push(...new Set(explain(node.record.uuid).map(({ reason }) => reason)));
  return countReasons(reasons.filter((reason) => reason !== REASON.elsewhere));
}
