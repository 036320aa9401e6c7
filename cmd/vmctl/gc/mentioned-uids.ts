import { PREFIX } from "../../../resources/keys.ts";
import type { Store } from "../../../store/store.ts";

/** Everything that may know of an owner; what only speaks of one (events) or books for one (placement) does not count. */
const PLACES = [
  PREFIX.spec,
  PREFIX.status,
  PREFIX.uids,
  PREFIX.assigned,
  PREFIX.observed,
  PREFIX.alive,
  PREFIX.revisions,
  PREFIX.applysets,
];
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/**
 * Every uuid that stands anywhere in a key or a value, of one revision: records are not interpreted, so one that is
 * broken, of a newer version or in the wrong place owns what it names all the same.
 */
export async function mentionedUids(store: Store, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const { entries } = await store.list(PLACES, { signal });
  return new Set(entries.flatMap(({ key, value }) => [...(key.match(UUID) ?? []), ...(value.match(UUID) ?? [])]));
}
