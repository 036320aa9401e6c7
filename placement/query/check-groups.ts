import type { RequestGroup } from "../candidates-query.ts";
import { PlacementProblem } from "../engine/placement-problem.ts";
import { badRequest, PROBLEM } from "../engine/problems.ts";
import { shownValue } from "../validation/shown-value.ts";

type Groups = readonly RequestGroup[];

const hasResources = ({ resources }: RequestGroup): boolean => Object.keys(resources).length > 0;

/** Below 1.36: every group asks for resources. */
export function checkResourcesEverywhere(groups: Groups): void {
  const empty = groups.filter((group) => !hasResources(group));
  const orphans = (what: (group: RequestGroup) => number, name: string): string =>
    empty
      .filter((group) => what(group) > 0)
      .map(({ suffix }) => name + suffix)
      .join(", ");
  const traits = orphans(({ required }) => required.length, "required");
  if (traits !== "")
    throw badRequest(
      `All traits parameters must be associated with resources.  Found the following orphaned traits keys: ${traits}`,
    );
  const aggregates = orphans(({ memberOf, notMemberOf }) => memberOf.length + notMemberOf.length, "member_of");
  if (aggregates !== "")
    throw badRequest(
      `All member_of parameters must be associated with resources. Found the following orphaned member_of keys: ${aggregates}`,
    );
  if (empty.length > 0) throw badRequest("All request groups must specify resources.");
  if (groups.length === 0) throw badRequest("At least one request group (`resources` or `resources{$S}`) is required.");
}

/** From 1.36: a group may go without resources if `same_subtree` names it, which names nothing else than groups. */
export function checkResourceless(groups: Groups, sameSubtree: readonly (readonly string[])[]): void {
  if (!groups.some(hasResources))
    throw new PlacementProblem(
      PROBLEM.missingValue,
      "There must be at least one resources or resources[$S] parameter.",
    );
  const named = new Set(sameSubtree.flat());
  const unnamed = groups
    .filter((group) => !hasResources(group) && !named.has(group.suffix))
    .map(({ suffix }) => suffix);
  if (unnamed.length > 0)
    throw badValue(
      `Resourceless suffixed group request should be specified in \`same_subtree\` query param: bad group(s) - ${shownValue(unnamed)}.`,
    );
  const suffixes = groups.map(({ suffix }) => suffix);
  const unreal = [...named].filter((suffix) => !suffixes.includes(suffix));
  if (unreal.length > 0)
    throw badValue(
      `Real suffixes should be specified in \`same_subtree\`: ${shownValue(unreal)} not found in ${shownValue(suffixes)}.`,
    );
}

/** A requirement that all its alternatives are forbidden for can never be met. */
export function checkContradictions(groups: Groups): void {
  const conflicts = groups.flatMap(({ suffix, required, forbidden }) =>
    required
      .filter((anyOf) => anyOf.every((trait) => forbidden.includes(trait)))
      .map((anyOf) => `required${suffix}: (${[...anyOf].sort().join(", ")})`),
  );
  if (conflicts.length > 0)
    throw badRequest(
      `Conflicting required and forbidden traits found in the following traits keys: ${conflicts.sort().join(", ")}`,
    );
}

export function checkPolicy(groups: Groups, policy: string | undefined): void {
  const suffixed = groups.filter(({ suffix }) => suffix !== "");
  if (suffixed.length > 1 && policy === undefined)
    throw badRequest(
      'The "group_policy" parameter is required when specifying more than one "resources{N}" parameter.',
    );
}

const badValue = (message: string): PlacementProblem => new PlacementProblem(PROBLEM.badValue, message);
