import { groupRequest, type ResourceRequest } from "./group-request.ts";
import type { InstanceSpec } from "./instance.ts";
import { type PlacementQuery, type QueryGroup, type ReadQuery, readPlacementQuery } from "./placement-query.ts";
import { type Aggregates, MAX_GROUPS, type Traits } from "./placement-words.ts";
import type { Faults } from "./query-values.ts";
import { customRequest, machineSize, SIZE_CLASSES, sumOf } from "./resource-request.ts";

const NO_QUERY: PlacementQuery = { groups: [] };

/**
 * What a spec asks Placement for, its `placement.query` included: one query, or why the two contradict each other.
 * Nothing of this cluster is in it yet (networks, the pin, cordons). `isKnown`: whether the size in a class is final,
 * and not a Flavor's to say.
 */
export function placementRequest(spec: InstanceSpec, isKnown = (_class: string): boolean => true): ReadQuery {
  const text = spec.placement?.query;
  const read: ReadQuery = text === undefined ? { ok: true, query: NO_QUERY } : readPlacementQuery(text);
  if (!read.ok) return read;
  const faults: string[] = [];
  const written = read.query;
  const named = [...(spec.resourceGroups ?? []).map(groupOf), ...written.groups.filter(({ suffix }) => suffix !== "")];
  const general = generalGroup({ spec, written, named, isKnown }, faults);
  const sameSubtree = [...(spec.sameSubtree ?? []), ...(written.sameSubtree ?? [])];
  const query: PlacementQuery = {
    ...withoutResourceless({ ...written, groups: [general, ...named] }, faults),
    ...policyOf(spec, written, named, faults),
    ...(sameSubtree.length > 0 ? { sameSubtree } : {}),
  };
  checkNames(named, sameSubtree, faults);
  checkTraits(query.groups, faults);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, query };
}

type Terms = Pick<QueryGroup, "required" | "forbidden" | "memberOf" | "notMemberOf">;

const termsOf = ({ required = [], forbidden = [], anyOf = [] }: Traits = {}, aggregates: Aggregates = {}): Terms => ({
  required: [...required.map((trait) => [trait]), ...anyOf],
  forbidden,
  memberOf: aggregates.memberOf ?? [],
  notMemberOf: aggregates.notMemberOf ?? [],
});

const groupOf = ({ name, resources, traits, aggregates }: NonNullable<InstanceSpec["resourceGroups"]>[number]) => ({
  suffix: name,
  resources: groupRequest(resources),
  ...termsOf(traits, aggregates),
});

interface Parts {
  readonly spec: InstanceSpec;
  readonly written: PlacementQuery;
  readonly named: readonly QueryGroup[];
  readonly isKnown: (className: string) => boolean;
}

const NO_GROUP: QueryGroup = { suffix: "", resources: {}, ...termsOf() };

/** What is asked of the host's tree as a whole: what groups leave of the size, and all that is in no group. */
function generalGroup(parts: Parts, faults: Faults): QueryGroup {
  const { spec, written } = parts;
  const said = written.groups.find(({ suffix }) => suffix === "") ?? NO_GROUP;
  const own = termsOf(spec.traits, spec.aggregates);
  return {
    ...said,
    resources: { ...restOfSize(parts, said.resources, faults), ...others(spec, said.resources, faults) },
    required: [...own.required, ...said.required],
    forbidden: [...new Set([...own.forbidden, ...said.forbidden])],
    memberOf: [...own.memberOf, ...said.memberOf],
    notMemberOf: [...new Set([...own.notMemberOf, ...said.notMemberOf])],
  };
}

function restOfSize({ spec, named, isKnown }: Parts, said: ResourceRequest, faults: Faults): ResourceRequest {
  const size = machineSize(spec);
  const inGroups = sumOf(named.map(({ resources }) => resources));
  const rest: Record<string, number> = {};
  for (const name of SIZE_CLASSES) {
    const [whole, taken] = [size[name] ?? 0, inGroups[name] ?? 0];
    const asked = said[name];
    if (isKnown(name) && taken > whole) faults.push(`${name}: groups ask for ${taken}, and the machine has ${whole}`);
    else if (isKnown(name) && asked !== undefined && asked !== whole - taken)
      faults.push(
        `${name}: asks for ${asked}, and the machine has ${whole - taken}${taken > 0 ? " outside of groups" : ""}`,
      );
    if (whole > taken) rest[name] = whole - taken;
  }
  return rest;
}

function others(spec: InstanceSpec, said: ResourceRequest, faults: Faults): ResourceRequest {
  const custom = customRequest(spec);
  const more = Object.entries(said).filter(([name]) => !SIZE_CLASSES.includes(name));
  for (const [name, amount] of more)
    if (custom[name] !== undefined && custom[name] !== amount)
      faults.push(`${name}: asks for ${amount}, and spec.resources for ${custom[name]}`);
  return { ...custom, ...Object.fromEntries(more) };
}

/** Where groups take everything, what is asked of the host is asked of the root of its tree. */
function withoutResourceless(query: PlacementQuery, faults: Faults): PlacementQuery {
  const [general, ...named] = query.groups;
  if (general === undefined || Object.keys(general.resources).length > 0) return query;
  const { required, forbidden, memberOf, notMemberOf, inTree } = general;
  if (required.some((anyOf) => anyOf.length > 1) || memberOf.length + notMemberOf.length > 0)
    faults.push("groups take all there is: nothing is left of which anyOf or aggregates could be asked");
  return {
    ...query,
    groups: inTree === undefined ? named : named.map((group) => ({ ...group, inTree: group.inTree ?? inTree })),
    rootRequired: [...new Set([...(query.rootRequired ?? []), ...required.flat()])],
    rootForbidden: [...new Set([...(query.rootForbidden ?? []), ...forbidden])],
  };
}

function policyOf(
  spec: InstanceSpec,
  written: PlacementQuery,
  named: readonly QueryGroup[],
  faults: Faults,
): Pick<PlacementQuery, "groupPolicy"> {
  const [one, other] = [spec.groupPolicy, written.groupPolicy];
  if (one !== undefined && other !== undefined && one !== other)
    faults.push(`group_policy=${other} contradicts spec.groupPolicy ${one}`);
  const groupPolicy = one ?? other;
  if (named.length > 1 && groupPolicy === undefined)
    faults.push("group_policy=none or isolate is missing: with spec.resourceGroups there is more than one group");
  return groupPolicy === undefined ? {} : { groupPolicy };
}

function checkNames(named: readonly QueryGroup[], sameSubtree: readonly (readonly string[])[], faults: Faults): void {
  const names = named.map(({ suffix }) => suffix);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) faults.push(`the suffix "${twice}" is the name of one of spec.resourceGroups`);
  if (names.length > MAX_GROUPS) faults.push(`with spec.resourceGroups there are more than ${MAX_GROUPS} groups`);
  const stray = sameSubtree.flat().find((name) => !names.includes(name));
  if (stray !== undefined) faults.push(`there is no group "${stray}" for sameSubtree`);
}

function checkTraits(groups: readonly QueryGroup[], faults: Faults): void {
  for (const { required, forbidden, memberOf, notMemberOf } of groups) {
    for (const anyOf of required)
      if (anyOf.every((trait) => forbidden.includes(trait))) faults.push(`${anyOf.join(" or ")} is forbidden as well`);
    for (const anyOf of memberOf)
      if (anyOf.every((uuid) => notMemberOf.includes(uuid)))
        faults.push(`aggregate ${anyOf.join(" or ")} is excluded as well`);
  }
}
