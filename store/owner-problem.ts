import { decodeStoredHead, type StoredHead } from "../resources/decode-object.ts";
import { objectTail, specKey } from "../resources/keys.ts";
import { KINDS, type KindInfo } from "../resources/kinds.ts";
import type { OwnerReference, StoredObject } from "../resources/meta.ts";
import type { Problem } from "../resources/problem.ts";
import type { CallOptions, Store } from "./store.ts";

/** Chains of owners are short; what is longer is not looked through to its end. */
const MOST_READS = 64;

interface Placed {
  readonly kind: KindInfo;
  readonly namespace: string | undefined;
  readonly name: string;
}

export interface OwnersWanted {
  readonly kind: KindInfo;
  readonly wanted: StoredObject;
  /** What the object names already: it is not judged again. */
  readonly before?: readonly OwnerReference[] | undefined;
}

/**
 * What is wrong with the owners that an object names for the first time: nobody is there by that name and uid, it is on
 * its way out, or it goes with the object itself. A kindness, not a lock: controllers delete nothing on a guess, and
 * circles end.
 */
export async function ownerProblem(
  store: Store,
  { kind, wanted, before = [] }: OwnersWanted,
  options: CallOptions = {},
): Promise<Problem | undefined> {
  const known = new Set(before.map(({ uid }) => uid));
  const own = { kind, namespace: wanted.metadata.namespace, name: wanted.metadata.name };
  for (const [index, reference] of (wanted.metadata.ownerReferences ?? []).entries()) {
    if (known.has(reference.uid)) continue;
    const message = await wrongWith(store, own, reference, options);
    if (message !== undefined) return { path: ["metadata", "ownerReferences", index], message };
  }
  return undefined;
}

async function wrongWith(
  store: Store,
  own: Placed,
  reference: OwnerReference,
  options: CallOptions,
): Promise<string | undefined> {
  const place = placeOf(own, reference);
  const owner = place && (await read(store, place, options));
  const called = `${place?.kind.singular ?? reference.kind} ${reference.name}`;
  if (!place || owner?.metadata.uid !== reference.uid)
    return `names an owner that is not there: no ${called} has the uid ${reference.uid}`;
  if (owner.metadata.deletionTimestamp !== undefined) return `names ${called}, which is being deleted`;
  const goesRound = await isOwnedBy(store, { from: place, owner }, own, options);
  return goesRound ? `goes round in a circle: ${called} is owned by this object itself` : undefined;
}

/** Whether the chain of owners that begins at `from` comes to `sought`. */
async function isOwnedBy(
  store: Store,
  { from, owner }: { readonly from: Placed; readonly owner: StoredHead },
  sought: Placed,
  options: CallOptions,
): Promise<boolean> {
  const seen = new Set([tailOf(from)]);
  const open = above(from, owner);
  for (let next = open.pop(); next && seen.size < MOST_READS; next = open.pop()) {
    if (tailOf(next) === tailOf(sought)) return true;
    if (seen.has(tailOf(next))) continue;
    seen.add(tailOf(next));
    const head = await read(store, next, options);
    if (head) open.push(...above(next, head));
  }
  return false;
}

const tailOf = ({ kind, namespace, name }: Placed): string => objectTail(kind, namespace, name);

const above = (place: Placed, head: StoredHead): Placed[] =>
  (head.metadata.ownerReferences ?? []).flatMap((reference) => placeOf(place, reference) ?? []);

/** An owner lives in the same namespace, or belongs to the whole cluster. */
function placeOf(dependent: Placed, { kind: wanted, name }: OwnerReference): Placed | undefined {
  const kind = KINDS.find((info) => info.kind === wanted);
  if (!kind || (kind.namespaced && dependent.namespace === undefined)) return undefined;
  return { kind, namespace: kind.namespaced ? dependent.namespace : undefined, name };
}

async function read(store: Store, place: Placed, options: CallOptions): Promise<StoredHead | undefined> {
  const entry = await store.get(specKey(tailOf(place)), options);
  const decoded = entry && decodeStoredHead(place.kind)(entry.key, entry.value);
  return decoded?.ok ? decoded.value : undefined;
}
