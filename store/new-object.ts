import { decodeStoredHead, type StoredHead } from "../resources/decode-object.ts";
import { kindPrefix, objectTail, specKey } from "../resources/keys.ts";
import type { KindInfo } from "../resources/kinds.ts";
import type { StoredObject } from "../resources/meta.ts";
import { DEFAULT_NAMESPACE, Namespace, type NamespaceSpec } from "../resources/namespace.ts";
import type { Problem } from "../resources/problem.ts";
import type { HeldBack } from "./held-back.ts";
import { ownerProblem } from "./owner-problem.ts";
import type { CallOptions, Compare, Store } from "./store.ts";

/** What a namespace says about objects that come into it. */
export interface Room {
  readonly isDeleted: boolean;
  readonly limits: Readonly<Record<string, number>>;
  /** That it still says so. */
  readonly compare: Compare;
}

/** `undefined`: there is no such namespace. `default` will be there as soon as a controller runs. */
export async function readRoom(store: Store, namespace: string, options: CallOptions = {}): Promise<Room | undefined> {
  const key = specKey(objectTail(Namespace, undefined, namespace));
  const entry = await store.get(key, options);
  if (!entry)
    return namespace === DEFAULT_NAMESPACE
      ? { isDeleted: false, limits: {}, compare: { key, absent: true } }
      : undefined;
  const decoded = decodeStoredHead(Namespace)(key, entry.value);
  const head: StoredHead | undefined = decoded.ok ? decoded.value : undefined;
  return {
    isDeleted: namespace !== DEFAULT_NAMESPACE && head?.metadata.deletionTimestamp !== undefined,
    limits: (head?.spec as NamespaceSpec | undefined)?.limits ?? {},
    compare: { key, modRevision: entry.modRevision },
  };
}

/** How many objects of a kind stand in a namespace. */
export async function countObjects(
  store: Store,
  kind: KindInfo,
  namespace: string,
  options: CallOptions = {},
): Promise<ReadonlySet<string>> {
  const prefix = specKey(kindPrefix(kind, namespace));
  const { entries } = await store.list([prefix], options);
  return new Set(entries.map(({ key }) => key.slice(prefix.length)));
}

/**
 * Refuses an object that its namespace does not take, or whose owners are not what it says. `compares`: the namespace
 * is still as it was looked at. That two do not share the last place is the controllers' to see to.
 */
export async function newObject(
  store: Store,
  { kind, object }: { readonly kind: KindInfo; readonly object: StoredObject },
  options: CallOptions = {},
): Promise<HeldBack> {
  const owners = await ownerProblem(store, { kind, wanted: object }, options);
  if (owners) return { problem: owners };
  const { namespace } = object.metadata;
  if (!kind.namespaced || namespace === undefined) return { compares: [] };
  const room = await readRoom(store, namespace, options);
  if (!room) return { compares: [] };
  if (room.isDeleted) return { problem: goesAway(namespace) };
  const limit = room.limits[kind.plural];
  if (limit === undefined) return { compares: [room.compare] };
  const there = (await countObjects(store, kind, namespace, options)).size;
  return there < limit ? { compares: [room.compare] } : { problem: isFull(namespace, { kind, there, limit, more: 1 }) };
}

const PATH = ["metadata", "namespace"];

export const goesAway = (namespace: string): Problem => ({
  path: PATH,
  message: `names namespace ${namespace}, which is being deleted: nothing new comes into it`,
});

export interface Full {
  readonly kind: KindInfo;
  readonly there: number;
  readonly limit: number;
  readonly more: number;
}

export const isFull = (namespace: string, { kind, there, limit, more }: Full): Problem => ({
  path: PATH,
  message: `names namespace ${namespace}, which has ${there} of at most ${limit} ${kind.plural} (spec.limits.${kind.plural}): no room for ${more} more`,
});
