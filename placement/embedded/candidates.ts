import { candidateOf } from "../candidate-of.ts";
import type { CandidatesQuery } from "../candidates-query.ts";
import { checkQuery } from "../check-request.ts";
import { findCandidates as search } from "../engine/candidates/find-candidates.ts";
import { countReasons } from "../engine/explain/count-reasons.ts";
import { type Explain, refusalExplainer } from "../engine/explain/explain-refusal.ts";
import { unknownName } from "../engine/known-names.ts";
import { PlacementProblem } from "../engine/placement-problem.ts";
import type { ProviderNode } from "../engine/provider-node.ts";
import type { Candidates, CandidatesRequest, CountedReason, Explained } from "../placement.ts";
import { PlacementError } from "../placement-error.ts";
import { queryOf } from "../query-of.ts";
import { REASON, type Refusal } from "../refusal.ts";
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

/** The same, and of every host that is no candidate why. */
export function explainCandidates(picture: Picture, asked: CandidatesQuery): Explained {
  const { limit: _, ...query } = asked;
  const found = findCandidates(picture, { query });
  const serving = new Set(found.candidates.map(({ provider }) => provider));
  const explain = explainerOf(picture, query);
  const refused = new Map<string, readonly Refusal[]>();
  for (const { record } of askedFor(picture, query)) {
    if (serving.has(record.uuid)) continue;
    const refusals = explain(record.uuid).filter(({ reason }) => reason !== REASON.elsewhere);
    if (refusals.length > 0) refused.set(record.uuid, refusals);
  }
  const reasons = countRefused(picture, query, refused.values());
  return { candidates: found.candidates, providers: found.providers, reasons, refused };
}

function searched(picture: Picture, query: CandidatesQuery, start = 0) {
  try {
    return search(picture.state, query, { start, usageOf: (node) => picture.usageOf(node) });
  } catch (error) {
    if (!(error instanceof PlacementProblem)) throw error;
    throw new PlacementError("InvalidRequest", error.message, { cause: error });
  }
}

/** One that is asked for alone costs no look at the others. */
function askedFor(picture: Picture, { groups }: CandidatesQuery): Iterable<ProviderNode> {
  const [pin, ...others] = new Set(groups.map(({ inTree }) => inTree));
  if (pin === undefined || others.length > 0) return hosts(picture);
  const root = picture.state.provider(picture.state.provider(pin)?.record.root ?? "");
  return root ? [root] : [];
}

/** Who merely shares with hosts is none. */
function hosts({ state }: Picture): ProviderNode[] {
  return [...state.roots()].filter((node) => !state.sharing().has(node));
}

const explainerOf = (picture: Picture, query: CandidatesQuery): Explain =>
  refusalExplainer(picture.state, query, (node) => picture.usageOf(node));

/** Of every host that cannot serve. */
function reasonsOf(picture: Picture, query: CandidatesQuery): readonly CountedReason[] {
  const explain = explainerOf(picture, query);
  return countRefused(
    picture,
    query,
    hosts(picture).map(({ record }) => explain(record.uuid)),
  );
}

/** What is outside the tree asked for does not count. */
function countRefused(
  picture: Picture,
  query: CandidatesQuery,
  refused: Iterable<readonly Refusal[]>,
): readonly CountedReason[] {
  const pinned = query.groups.some(({ inTree }) => inTree !== undefined);
  const reasons: string[] = Array(pinned ? 0 : picture.unreadableProviders()).fill("provider record unreadable");
  for (const refusals of refused) reasons.push(...new Set(refusals.map(({ reason }) => reason)));
  return countReasons(reasons.filter((reason) => reason !== REASON.elsewhere));
}
