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
  const filters = filtersOf(state, request);
  return [...candidatesOf(state, request)].filter((node) => filters.every((passes) => passes(node)));
}

/** Whoever asks by name or uuid is not made to wait for all the others. */
function candidatesOf(state: PlacementState, request: PlacementRequest): Iterable<ProviderNode> {
  const [uuid, name, tree] = ["uuid", "name", "in_tree"].map((key) => request.parameter(key) || undefined);
  const listed = (node: ProviderNode | undefined) => (node ? [node] : []);
  if (uuid !== undefined) return listed(state.provider(canonicalUuid(uuid)));
  if (name !== undefined) return listed(state.providerNamed(name));
  if (tree !== undefined) return treeOf(state, tree);
  return state.providers();
}

function treeOf(state: PlacementState, uuid: string): readonly ProviderNode[] {
  const node = state.provider(canonicalUuid(uuid));
  return node ? state.tree(node.record.root) : [];
}

function filtersOf(state: PlacementState, request: PlacementRequest): readonly Filter[] {
  const { version, query } = request;
  const filters: Filter[] = [];
  const name = request.parameter("name");
  if (name) filters.push(({ record }) => record.name === name);
  const tree = request.parameter("in_tree");
  if (tree) {
    const members = new Set(treeOf(state, tree));
    filters.push((node) => members.has(node));
  }
  if (request.has("member_of")) filters.push(byAggregates(parseMemberOf(valuesOf(query, "member_of"), version)));
  if (request.has("required")) filters.push(byTraits(state, parseTraitTerms(valuesOf(query, "required"), version)));
  const resources = request.parameter("resources");
  if (resources !== undefined) filters.push(byResources(state, parseResources(resources)));
  return filters;
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
