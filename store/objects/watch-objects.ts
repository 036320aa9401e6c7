import type { KindInfo } from "../../resources/kinds.ts";
import type { Clock } from "../../runtime/clock.ts";
import { listAgain } from "../list-again.ts";
import type { Store } from "../store.ts";
import { isCompacted } from "../store-error.ts";
import type { JoinedObject } from "./joined-object.ts";
import { JoinedPicture, type ObjectChange } from "./joined-picture.ts";
import { objectRange } from "./object-range.ts";

/** `start` comes once, first, with everything there is. */
export type ObjectWatchChange = { readonly type: "start"; readonly objects: readonly JoinedObject[] } | ObjectChange;

/**
 * What is there, then each change, until the signal aborts (the iteration then ends without an error). An object
 * comes when either of its keys changed and what people see with it; the order between two objects is the store's.
 * Cuts are bridged; after a compaction everything is listed again (as soon as etcd answers) and what differs is told, so
 * states in between may be missed, the last one never. Fails as the store does before `start`, later only as Denied.
 */
export async function* watchObjects(
  store: Store,
  clock: Clock,
  { kind, namespace }: { readonly kind: KindInfo; readonly namespace: string | undefined },
  signal: AbortSignal,
): AsyncGenerator<ObjectWatchChange> {
  const range = objectRange(kind, namespace);
  const picture = new JoinedPicture(kind, range);
  let isFirst = true;
  try {
    while (!signal.aborted) {
      const listing = await (isFirst
        ? store.list(range.prefixes, { signal })
        : listAgain(store, clock, range.prefixes, signal));
      const changes = picture.replace(listing.entries);
      if (isFirst) yield { type: "start", objects: picture.objects() };
      else yield* changes;
      isFirst = false;
      yield* follow(store, picture, { prefixes: range.prefixes, from: listing.revision + 1, signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Returns when the history from here is gone. */
async function* follow(
  store: Store,
  picture: JoinedPicture,
  {
    prefixes,
    from,
    signal,
  }: { readonly prefixes: readonly string[]; readonly from: number; readonly signal: AbortSignal },
): AsyncGenerator<ObjectChange> {
  try {
    for await (const batch of store.watch(prefixes, { from, signal })) yield* picture.apply(batch.changes);
  } catch (error) {
    if (!isCompacted(error)) throw error;
  }
}
