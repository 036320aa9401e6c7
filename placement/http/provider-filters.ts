import { amountRefusal } from "../capacity.ts";
import { unknownClass } from "../engine/changes/inventories.ts";
import { unknownTraits } from "../engine/changes/traits.ts";
import { badRequest } from "../engine/problems.ts";
import type { ProviderNode } from "../engine/provider-node.ts";
import type { PlacementState } from "../engine/state.ts";
import type { Resources } from "../placement.ts";
import { type AggregateTerms, parseMemberOf } from "../query/parse-member-of.ts";
import { parseResources } from "../query/parse-resources.ts";
import { parseTraitTerms, type TraitTerms } from "../query/parse-traits.ts";
import { valuesOf } from "../query/query-pair.ts";
import { canonicalUuid } from "../validation/uuid.ts";
import type { PlacementRequest } from "./request.ts";
import { providerListSchema } from "./schemas/provider.ts";

type Filter = (node: ProviderNode) => boolean;

/** The providers that `GET /resource_providers` asks for, in order of creation. Each looks for itself alone. */
export function listProviders(state: PlacementState, request: PlacementRequest): readonly ProviderNode[] {
  request.checkQuery(providerListSchema(request.version));
  const asked = parseAsked(request);
  // Before the names in the query are looked at, as upstream has it.
  if (asked.tree && treeOf(state, asked.tree).length === 0) return [];
  const filters = filtersOf(state, asked);
  return [...candidatesOf(state, asked)].filter((node) => filters.every((passes) => passes(node)));
}

interface Asked {
  readonly uuid: string | undefined;
  readonly name: string | undefined;
  readonly tree: string | undefined;
  readonly aggregates: AggregateTerms;
  readonly traits: TraitTerms;
  readonly resources: Resources;
}

function parseAsked(request: PlacementRequest): Asked {
  const { version, query } = request;
  const [uuid, name, tree] = ["uuid", "name", "in_tree"].map((key) => request.parameter(key) || undefined);
  const resources = request.parameter("resources");
  return {
    ...{ uuid, name, tree },
    aggregates: parseMemberOf(valuesOf(query, "member_of"), version),
    traits: parseTraitTerms(valuesOf(query, "required"), version),
    resources: resources === undefined ? {} : parseResources(resources),
  };
}

/** Whoever asks by name or uuid is not made to wait for all the others. */
function candidatesOf(state: PlacementState, { uuid, name, tree }: Asked): Iterable<ProviderNode> {
  const listed = (node: ProviderNode | undefined) => (node ? [node] : []);
  if (uuid !== undefined) return listed(state.provider(canonicalUuid(uuid)));
  if (name !== undefined) return listed(state.providerNamed(name));
  return tree === undefined ? state.providers() : treeOf(state, tree);
}

function treeOf(state: PlacementState, uuid: string): readonly ProviderNode[] {
  const node = state.provider(canonicalUuid(uuid));
  return node ? state.tree(node.record.root) : [];
}

function filtersOf(state: PlacementState, { name, tree, aggregates, traits, resources }: Asked): readonly Filter[] {
  const members = tree === undefined ? undefined : new Set(treeOf(state, tree));
  return [
    (node) => (name === undefined || node.record.name === name) && (members === undefined || members.has(node)),
    byAggregates(aggregates),
    byTraits(state, traits),
    byResources(state, resources),
  ];
}

function byAggregates({ memberOf, notMemberOf }: AggregateTerms): Filter {
  return ({ record }) => {
    const member = (uuid: string) => record.aggregates.includes(uuid);
    return memberOf.every((anyOf) => anyOf.some(member)) && !notMemberOf.some(member);
  };
}

function byTraits(state: PlacementState, { required, forbidden }: TraitTerms): Filter {
  const unknown = [...required.flat(), ...forbidden].filter((name) => !state.knowsTrait(name));
  if (unknown.length > 0) throw badRequest(`Invalid trait(s) in "required" parameter: ${unknownTraits(unknown)}`);
  return ({ record }) => {
    const has = (name: string) => record.traits.includes(name);
    return required.every((anyOf) => anyOf.some(has)) && !forbidden.some(has);
  };
}

function byResources(state: PlacementState, resources: Resources): Filter {
  const asked = Object.entries(resources);
  const unknown = asked.find(([name]) => !state.knowsClass(name));
  if (unknown) throw badRequest(`Invalid resource class in resources parameter: ${unknownClass(unknown[0])}`);
  return ({ record, usage }) =>
    asked.every(
      ([name, amount]) => amountRefusal(name, record.inventories[name], usage.used[name] ?? 0, amount) === undefined,
    );
}
