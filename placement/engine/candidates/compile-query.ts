import type { CandidatesQuery, RequestGroup } from "../../candidates-query.ts";
import type { ProviderNode } from "../provider-node.ts";
import type { PlacementState } from "../state.ts";

export type Nodes = ReadonlySet<ProviderNode>;
/** A provider satisfies it by being in one of these. */
export type AnyOf = readonly Nodes[];

export interface Amount {
  readonly resourceClass: string;
  readonly amount: number;
}

/** A group with its names turned into the sets of providers that have them. Valid as long as the state stands still. */
export interface CompiledGroup {
  readonly suffix: string;
  readonly source: RequestGroup;
  readonly amounts: readonly Amount[];
  readonly required: readonly AnyOf[];
  readonly forbidden: AnyOf;
  readonly memberOf: readonly AnyOf[];
  readonly notMemberOf: AnyOf;
  /** Uuid of the root of the tree asked for; "" when there is no such provider. */
  readonly inTree: string | undefined;
}

/** Something that exactly one provider gives: all of a granular group, or one class of the unsuffixed group. */
export interface Part {
  readonly group: CompiledGroup;
  readonly amounts: readonly Amount[];
}

export interface CompiledQuery {
  readonly parts: readonly Part[];
  readonly granular: readonly CompiledGroup[];
  readonly unsuffixed: CompiledGroup | undefined;
  /** The unsuffixed group when it is all that is asked for. */
  readonly only: CompiledGroup | undefined;
  readonly isolate: boolean;
  readonly rootRequired: readonly Nodes[];
  readonly rootForbidden: readonly Nodes[];
  readonly sameSubtree: readonly (readonly string[])[];
  readonly limit: number | undefined;
  /** Classes that more than one group asks for: only of these amounts can add up. */
  readonly repeated: ReadonlySet<string>;
}

export function compileQuery(state: PlacementState, query: CandidatesQuery): CompiledQuery {
  const groups = query.groups.map((group) => compileGroup(state, group));
  return {
    parts: groups.flatMap(partsOf),
    granular: groups.filter(({ suffix }) => suffix !== ""),
    unsuffixed: groups.find(({ suffix }) => suffix === ""),
    only: groups.length === 1 ? groups.find(({ suffix, amounts }) => suffix === "" && amounts.length > 0) : undefined,
    isolate: query.groupPolicy === "isolate",
    rootRequired: (query.rootRequired ?? []).map((trait) => state.withTrait(trait)),
    rootForbidden: (query.rootForbidden ?? []).map((trait) => state.withTrait(trait)),
    sameSubtree: query.sameSubtree ?? [],
    limit: query.limit,
    repeated: repeatedClasses(query.groups),
  };
}

const partsOf = (group: CompiledGroup): readonly Part[] =>
  group.suffix === ""
    ? group.amounts.map((amount) => ({ group, amounts: [amount] }))
    : [{ group, amounts: group.amounts }];

function compileGroup(state: PlacementState, group: RequestGroup): CompiledGroup {
  const withTrait = (trait: string): Nodes => state.withTrait(trait);
  const inAggregate = (uuid: string): Nodes => state.inAggregate(uuid);
  return {
    suffix: group.suffix,
    source: group,
    amounts: Object.entries(group.resources).map(([resourceClass, amount]) => ({ resourceClass, amount })),
    required: group.required.map((anyOf) => anyOf.map(withTrait)),
    forbidden: group.forbidden.map(withTrait),
    memberOf: group.memberOf.map((anyOf) => anyOf.map(inAggregate)),
    notMemberOf: group.notMemberOf.map(inAggregate),
    inTree: group.inTree === undefined ? undefined : (state.provider(group.inTree)?.record.root ?? ""),
  };
}

export function inAny(node: ProviderNode, sets: AnyOf): boolean {
  for (const set of sets) if (set.has(node)) return true;
  return false;
}

function repeatedClasses(groups: readonly RequestGroup[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { resources } of groups)
    for (const name of Object.keys(resources)) (seen.has(name) ? repeated : seen).add(name);
  return repeated;
}
