import type { RequestGroup } from "../candidates-query.ts";
import { badRequest } from "../engine/problems.ts";
import type { Resources } from "../placement.ts";
import { canonicalUuid, isUuidLike } from "../validation/uuid.ts";
import { parseMemberOf } from "./parse-member-of.ts";
import { parseResources } from "./parse-resources.ts";
import { parseTraitTerms } from "./parse-traits.ts";
import { type QueryPairs, valuesOf } from "./query-pair.ts";
import { suffixPattern } from "./query-schema.ts";

/**
 * The groups of a query in the order in which they are first named. What a group asks for is checked by itself; how
 * groups belong together is not.
 */
export function parseGroups(pairs: QueryPairs, version: number): readonly RequestGroup[] {
  const pattern = new RegExp(`^(?:resources|required|member_of|in_tree)(${suffixPattern(version)})?$`);
  const suffixes = new Set<string>();
  for (const [name] of pairs) {
    const match = pattern.exec(name);
    if (match) suffixes.add(match[1] ?? "");
  }
  const values = byName(pairs);
  return [...suffixes].map((suffix) => parseGroup(suffix, (name) => values.get(name + suffix) ?? [], version));
}

type Values = (name: string) => readonly string[];

function parseGroup(suffix: string, values: Values, version: number): RequestGroup {
  const inTree = values("in_tree").map(parseInTree).at(-1);
  return {
    suffix,
    // Each is looked at, the last one counts.
    resources: values("resources").map(parseResources).at(-1) ?? NOTHING,
    ...parseTraitTerms(values("required"), version),
    ...parseMemberOf(values("member_of"), version, `member_of${suffix}`),
    ...(inTree === undefined ? {} : { inTree }),
  };
}

const NOTHING: Resources = {};

function parseInTree(value: string): string {
  const uuid = value.trim();
  if (!isUuidLike(uuid))
    throw badRequest(
      `Invalid query string parameters: Expected 'in_tree' parameter to be a format of uuid. Got: ${value}`,
    );
  return canonicalUuid(uuid);
}

function byName(pairs: QueryPairs): ReadonlyMap<string, readonly string[]> {
  return new Map([...new Set(pairs.map(([name]) => name))].map((name) => [name, valuesOf(pairs, name)]));
}
