import type { CandidatesQuery, RequestGroup } from "../../../placement/candidates-query.ts";
import type { Case, World, WorldProvider } from "./world.ts";

/** The smallest case found that still differs, by leaving out one thing at a time; at most `tries` are judged. */
export async function shrink(found: Case, differs: (smaller: Case) => Promise<boolean>, tries = 100): Promise<Case> {
  let smallest = found;
  for (let left = tries, again = true; again && left > 0; ) {
    again = false;
    for (const smaller of smallerCases(smallest)) {
      if (left-- <= 0) break;
      if (!(await differs(smaller))) continue;
      smallest = smaller;
      again = true;
      break;
    }
  }
  return smallest;
}

function* smallerCases({ world, query }: Case): Generator<Case> {
  for (const smaller of smallerQueries(query)) yield { world, query: smaller };
  for (const smaller of smallerWorlds(world)) yield { world: smaller, query };
}

function* smallerWorlds(world: World): Generator<World> {
  const { providers, consumers } = world;
  for (const { n } of providers) {
    if (providers.some(({ parent }) => parent === n)) continue;
    const rest = consumers.filter(({ allocations }) => !Object.hasOwn(allocations, n));
    yield { providers: providers.filter((provider) => provider.n !== n), consumers: rest };
  }
  for (const consumer of consumers) yield { providers, consumers: consumers.filter((other) => other !== consumer) };
  for (const provider of providers)
    for (const smaller of smallerProviders(provider))
      yield { providers: providers.map((other) => (other === provider ? smaller : other)), consumers };
}

function* smallerProviders(provider: WorldProvider): Generator<WorldProvider> {
  const { inventories, traits, aggregates, shrinkTo, ...rest } = provider;
  if (shrinkTo) yield { ...rest, inventories, traits, aggregates };
  for (const name of Object.keys(inventories)) yield { ...provider, inventories: without(inventories, name) };
  for (const trait of traits) yield { ...provider, traits: traits.filter((other) => other !== trait) };
  for (const uuid of aggregates) yield { ...provider, aggregates: aggregates.filter((other) => other !== uuid) };
}

function* smallerQueries(query: CandidatesQuery): Generator<CandidatesQuery> {
  const { groups, groupPolicy, rootRequired, rootForbidden, sameSubtree } = query;
  if (rootRequired) yield { ...query, rootRequired: [] };
  if (rootForbidden) yield { ...query, rootForbidden: [] };
  for (const group of groups) {
    const named = sameSubtree?.some((suffixes) => suffixes.includes(group.suffix)) ?? false;
    if (groups.length > 1 && !named) yield { ...query, groups: groups.filter((other) => other !== group) };
    for (const smaller of smallerGroups(group))
      yield { ...query, groups: groups.map((other) => (other === group ? smaller : other)) };
  }
  const needed = groups.some(({ resources }) => Object.keys(resources).length === 0);
  if (sameSubtree && !needed) yield { groups, ...(groupPolicy ? { groupPolicy } : {}) };
}

function* smallerGroups(group: RequestGroup): Generator<RequestGroup> {
  const { inTree, ...rest } = group;
  if (inTree !== undefined) yield rest;
  for (const name of Object.keys(group.resources))
    if (Object.keys(group.resources).length > 1) yield { ...group, resources: without(group.resources, name) };
  for (const field of ["required", "forbidden", "memberOf", "notMemberOf"] as const)
    if (group[field].length > 0) yield { ...group, [field]: [] };
}

const without = <V>(record: Readonly<Record<string, V>>, name: string): Record<string, V> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
