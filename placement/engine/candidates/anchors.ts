import type { ProviderNode } from "../provider-node.ts";
import type { PlacementState } from "../state.ts";
import type { AnyOf } from "./compile-query.ts";
import type { Search } from "./slots.ts";

/** Providers of which an answer uses at least one, or has it as its root. */
interface Condition {
  /** How many roots they lead to, at most. */
  readonly size: number;
  readonly sets: readonly Iterable<ProviderNode>[];
}

/** A condition this many times rarer than roots may be followed to its roots; else all roots are walked, lazily. */
const RARE = 8;
/** Looking at a root that cannot serve costs about this part of sorting one that may. */
const CHEAP = 4;

/**
 * The roots under which a query may be satisfied, in the ring of all roots from the `start`th on. A superset: each is
 * still to be judged. Costs as much as the rarest thing asked for, or as many roots as are taken from it.
 */
export function* anchorsOf(search: Search, start: number): Generator<ProviderNode> {
  const roots = search.state.roots();
  if (roots.length === 0) return;
  const first = ((Math.trunc(start) % roots.length) + roots.length) % roots.length;
  const rarest = rarestCondition(search);
  if (rarest && isFollowed(rarest.size, roots.length, search.query.limit)) {
    const firstId = roots[first]?.id ?? 0;
    const found = rootsOf(search, rarest).toSorted((a, b) => a.id - b.id);
    const turn = found.findIndex(({ id }) => id >= firstId);
    yield* turn > 0 ? [...found.slice(turn), ...found.slice(0, turn)] : found;
    return;
  }
  for (let step = 0; step < roots.length; step++) {
    const root = roots[(first + step) % roots.length];
    if (root) yield root;
  }
}

/** Following costs its size; walking meets one root of it in `roots / size`, until there are as many as are wanted. */
const isFollowed = (size: number, roots: number, wanted = Number.POSITIVE_INFINITY): boolean =>
  size * RARE < roots && size * size < CHEAP * wanted * roots;

function rarestCondition(search: Search): Condition | undefined {
  const { state, query } = search;
  const { granular, unsuffixed, rootRequired } = query;
  const condition = (sets: AnyOf): Condition => ({ size: sizeOf(search, sets), sets });
  const conditions = rootRequired.map((nodes) => condition([nodes]));
  for (const group of unsuffixed ? [unsuffixed, ...granular] : granular) {
    conditions.push(...[...group.required, ...group.memberOf].map(condition));
    for (const { resourceClass } of group.amounts) conditions.push(condition([state.withClass(resourceClass)]));
    if (group.inTree !== undefined && group.amounts.length > 0)
      conditions.push({ size: state.tree(group.inTree).length, sets: [state.tree(group.inTree)] });
  }
  return conditions.reduce<Condition | undefined>((a, b) => (a && a.size <= b.size ? a : b), undefined);
}

function sizeOf({ state, reach }: Search, sets: AnyOf): number {
  const sharing = state.sharing();
  let size = 0;
  for (const set of sets) {
    size += set.size;
    const [fewer, more] = sharing.size < set.size ? [sharing, set] : [set, sharing];
    for (const node of fewer) if (more.has(node)) size += reach.membersBeside(node);
  }
  return size;
}

/** Where the providers of a condition may be used: under their own root and, when they share, wherever they reach. */
function rootsOf({ state, reach }: Search, { sets }: Condition): readonly ProviderNode[] {
  const sharing = state.sharing();
  const uuids = new Set<string>();
  for (const set of sets)
    for (const node of set) {
      uuids.add(node.record.root);
      const served = sharing.has(node) ? reach.rootsServedBy(node) : [];
      for (const root of served) uuids.add(root);
    }
  return [...uuids].flatMap((uuid) => rootOf(state, uuid) ?? []);
}

function rootOf(state: PlacementState, uuid: string): ProviderNode | undefined {
  const node = state.provider(uuid);
  return node?.record.root === uuid ? node : undefined;
}
