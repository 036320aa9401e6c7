import type { Refusal } from "../../refusal.ts";
import { type Amount, type CompiledGroup, inAny } from "../candidates/compile-query.ts";
import { gives, matchesAlone } from "../candidates/matches.ts";
import type { Search } from "../candidates/slots.ts";
import type { ProviderNode } from "../provider-node.ts";
import { amountRefusal, noInventory } from "./amount-words.ts";
import { aggregateForbidden, aggregateMissing, elsewhere, traitForbidden, traitMissing } from "./name-words.ts";

/** Why no provider under a root can be all of a granular group: that of the provider which comes nearest. */
export function explainGranular(search: Search, group: CompiledGroup, root: ProviderNode): readonly Refusal[] {
  const nodes = nodesUnder(search, root);
  if (nodes.some((node) => matchesAlone(search, group, node))) return [];
  const nearest = nodes
    .map((node) => ({ node, refusals: granularRefusals(search, group, node) }))
    .sort((a, b) => classesOf(b.node, group) - classesOf(a.node, group) || a.refusals.length - b.refusals.length)[0];
  const refusals = nearest?.refusals ?? group.amounts.map(noInventory);
  const where = nearest && nodes.length > 1 ? ` (provider ${nearest.node.record.name})` : "";
  const { suffix } = group;
  return refusals.map((refusal) => ({ ...refusal, group: suffix, text: `group ${suffix}: ${refusal.text}${where}` }));
}

/** Why the unsuffixed group cannot be put together under a root. */
export function explainUnsuffixed(search: Search, group: CompiledGroup, root: ProviderNode): readonly Refusal[] {
  if (group.inTree !== undefined && group.inTree !== root.record.uuid) return [elsewhere()];
  const all = group.inTree === undefined ? nodesUnder(search, root) : search.state.tree(root.record.uuid);
  const having = all.filter((node) => classesOf(node, group) > 0);
  const nodes = having.length > 0 ? having : [root];
  const allowed = nodes.filter((node) => !inAny(node, group.forbidden));
  if (allowed.length === 0) return nodes.slice(0, 1).flatMap((node) => forbiddenTraits(group, node));
  const missing = group.required.flatMap((anyOf, at) =>
    allowed.some((node) => inAny(node, anyOf)) ? [] : [traitMissing(group.source.required[at] ?? [])],
  );
  if (missing.length > 0) return missing;
  return group.amounts.flatMap((amount) => explainClass(search, { group, amount, root }, nodes));
}

interface ClassAsked {
  readonly group: CompiledGroup;
  readonly amount: Amount;
  readonly root: ProviderNode;
}

/** One class of the unsuffixed group. */
function explainClass(search: Search, asked: ClassAsked, nodes: readonly ProviderNode[]): readonly Refusal[] {
  const { group, amount, root } = asked;
  const having = nodes.filter((node) => node.record.inventories[amount.resourceClass] !== undefined);
  if (having.length === 0) return [noInventory(amount)];
  const part = { group, amounts: [amount] };
  if (having.some((node) => gives(search, part, root, node))) return [];
  const answers = having.map((node) => classRefusals(search, asked, node));
  const nearest = answers.sort((a, b) => a.length - b.length || freeOf(b) - freeOf(a))[0] ?? [];
  const provider = search.state.provider(nearest[0]?.shortage?.provider ?? "")?.record.name;
  const where = nodes.length > 1 && provider !== undefined ? ` (provider ${provider})` : "";
  return nearest.map((refusal) => ({ ...refusal, text: refusal.text + where }));
}

function classRefusals(search: Search, { group, amount, root }: ClassAsked, node: ProviderNode): readonly Refusal[] {
  const forbidden = forbiddenTraits(group, node);
  if (forbidden.length > 0) return forbidden;
  const aggregates = aggregateRefusals(group, node.record.root === root.record.uuid ? [node, root] : [node]);
  if (aggregates.length > 0) return aggregates;
  const refusal = amountRefusal(search, node, amount);
  return refusal ? [refusal] : [];
}

function granularRefusals(search: Search, group: CompiledGroup, node: ProviderNode): readonly Refusal[] {
  const { amounts, inTree, source } = group;
  if (inTree !== undefined && amounts.length > 0 && node.record.root !== inTree) return [elsewhere()];
  const forbidden = forbiddenTraits(group, node);
  if (forbidden.length > 0) return forbidden;
  const missing = group.required.flatMap((anyOf, at) =>
    inAny(node, anyOf) ? [] : [traitMissing(source.required[at] ?? [])],
  );
  const named = [...missing, ...aggregateRefusals(group, [node])];
  return named.length > 0 ? named : amounts.flatMap((amount) => amountRefusal(search, node, amount) ?? []);
}

const forbiddenTraits = ({ forbidden, source }: CompiledGroup, node: ProviderNode): readonly Refusal[] =>
  source.forbidden.filter((_, at) => forbidden[at]?.has(node)).map(traitForbidden);

/** member_of is met by one of `either`, `!` by none. */
function aggregateRefusals(group: CompiledGroup, either: readonly ProviderNode[]): readonly Refusal[] {
  const { memberOf, notMemberOf, source } = group;
  const met = (node: ProviderNode): boolean => memberOf.every((anyOf) => inAny(node, anyOf));
  const missing = either.some(met)
    ? []
    : source.memberOf.filter((_, at) => !either.some((node) => inAny(node, memberOf[at] ?? [])));
  const forbidden = source.notMemberOf.filter((_, at) => either.some((node) => notMemberOf[at]?.has(node)));
  return [...missing.map(aggregateMissing), ...forbidden.map(aggregateForbidden)];
}

function nodesUnder({ state, reach }: Search, { record }: ProviderNode): readonly ProviderNode[] {
  return [...state.tree(record.uuid), ...reach.reachable(record.uuid)];
}

const classesOf = ({ record }: ProviderNode, { amounts }: CompiledGroup): number =>
  amounts.filter(({ resourceClass }) => record.inventories[resourceClass] !== undefined).length;

const freeOf = (refusals: readonly Refusal[]): number => refusals[0]?.shortage?.free ?? -1;
