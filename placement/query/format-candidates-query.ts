import type { CandidatesQuery, RequestGroup } from "../candidates-query.ts";

type Pair = [name: string, value: string];

/** A query as `GET /allocation_candidates` takes it at 1.39, without the leading `?`. */
export function formatCandidatesQuery(query: CandidatesQuery): string {
  const { groups, groupPolicy, rootRequired = [], rootForbidden = [], sameSubtree = [], limit } = query;
  const pairs = groups.flatMap(groupPairs);
  if (groupPolicy !== undefined) pairs.push(["group_policy", groupPolicy]);
  const root = [...rootRequired, ...rootForbidden.map(not)];
  if (root.length > 0) pairs.push(["root_required", root.join()]);
  for (const suffixes of sameSubtree) pairs.push(["same_subtree", suffixes.join()]);
  if (limit !== undefined) pairs.push(["limit", String(limit)]);
  return new URLSearchParams(pairs).toString();
}

function groupPairs(group: RequestGroup): Pair[] {
  const { suffix, resources, required, forbidden, memberOf, notMemberOf, inTree } = group;
  const pairs: Pair[] = [];
  const add = (name: string, values: readonly string[]): void => {
    if (values.length > 0) pairs.push([name + suffix, values.join()]);
  };
  add(
    "resources",
    Object.entries(resources).map(([name, amount]) => `${name}:${amount}`),
  );
  add("required", [...required.filter(isSingle).flat(), ...forbidden.map(not)]);
  for (const anyOf of required) if (!isSingle(anyOf)) add("required", [inAnyOf(anyOf)]);
  for (const anyOf of memberOf) add("member_of", [isSingle(anyOf) ? anyOf.join() : inAnyOf(anyOf)]);
  if (notMemberOf.length > 0) add("member_of", [not(inAnyOf(notMemberOf))]);
  add("in_tree", inTree === undefined ? [] : [inTree]);
  return pairs;
}

const isSingle = (anyOf: readonly string[]): boolean => anyOf.length === 1;
const inAnyOf = (values: readonly string[]): string => `in:${values.join()}`;
const not = (value: string): string => `!${value}`;
