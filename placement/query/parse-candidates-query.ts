import type { CandidatesQuery } from "../candidates-query.ts";
import { PlacementProblem } from "../engine/placement-problem.ts";
import { badRequest, PROBLEM } from "../engine/problems.ts";
import { shownValue } from "../validation/shown-value.ts";
import { checkContradictions, checkPolicy, checkResourceless, checkResourcesEverywhere } from "./check-groups.ts";
import { parseGroups } from "./parse-groups.ts";
import { parseTraits } from "./parse-traits.ts";
import { type QueryPairs, valuesOf } from "./query-pair.ts";
import { checkCandidatesParameters } from "./query-schema.ts";

const FORBIDDEN_TRAITS_SINCE = 22;
const RESOURCELESS_SINCE = 36;
/** `root_required` has no `in:` at any microversion. */
const ROOT_TRAITS_AS_OF = 38;

/**
 * The query of `GET /allocation_candidates` at microversion 1.<version>. Throws a PlacementProblem with upstream's code
 * and words for whatever is out of form; whether the names in it are known is the engine's to say.
 */
export function parseCandidatesQuery(pairs: QueryPairs, version: number): CandidatesQuery {
  checkCandidatesParameters(pairs, version);
  const root = parseRootTraits(valuesOf(pairs, "root_required"));
  const sameSubtree = valuesOf(pairs, "same_subtree").map(parseSuffixes);
  const groups = parseGroups(pairs, version);
  if (version >= RESOURCELESS_SINCE) checkResourceless(groups, sameSubtree);
  else checkResourcesEverywhere(groups);
  if (version >= FORBIDDEN_TRAITS_SINCE) checkContradictions(groups);
  const policy = valuesOf(pairs, "group_policy").map(parsePolicy)[0];
  checkPolicy(groups, policy);
  const limit = valuesOf(pairs, "limit").map(parseLimit)[0];
  return {
    groups,
    ...(policy === undefined ? {} : { groupPolicy: policy }),
    ...root,
    ...(sameSubtree.length > 0 ? { sameSubtree } : {}),
    ...(limit === undefined ? {} : { limit }),
  };
}

// Of several limits or policies the first one counts, and the last one is what the schema has looked at.

function parsePolicy(text: string): "none" | "isolate" {
  if (text === "none" || text === "isolate") return text;
  throw badRequest(`Invalid query string parameters: ${shownValue(text)} is not one of ['none', 'isolate']`);
}

function parseLimit(text: string): number {
  if (!/^[1-9][0-9]*$/.test(text))
    throw badRequest(`Invalid query string parameters: limit ${text} is no positive number`);
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}

function parseRootTraits(values: readonly string[]): Pick<CandidatesQuery, "rootRequired" | "rootForbidden"> {
  const [value, ...more] = values;
  if (value === undefined) return {};
  if (more.length > 0)
    throw new PlacementProblem(PROBLEM.duplicateKey, "Query parameter 'root_required' may be specified only once.");
  const { required, forbidden } = parseTraits(value, ROOT_TRAITS_AS_OF);
  const rootRequired = required.flat();
  const conflicts = forbidden.filter((trait) => rootRequired.includes(trait));
  if (conflicts.length > 0)
    throw new PlacementProblem(
      PROBLEM.badValue,
      `Conflicting required and forbidden traits found in root_required: ${conflicts.join(", ")}`,
    );
  return { rootRequired, rootForbidden: forbidden };
}

function parseSuffixes(value: string): readonly string[] {
  const suffixes = value.split(",").map((part) => part.trim());
  if (suffixes.includes(""))
    throw new PlacementProblem(
      PROBLEM.badValue,
      "Empty string (unsuffixed group) can not be specified in `same_subtree` ",
    );
  return [...new Set(suffixes)];
}
