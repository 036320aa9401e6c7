import type { Grant } from "../../../resources/roles.ts";
import type { Store } from "../../../store/store.ts";
import { isDenied } from "../../../store/store-error.ts";

/** What a user may do under a prefix (`spec/`) or with a key (`alive/host-1`). */
export interface Right {
  readonly place: string;
  readonly read: boolean;
  readonly write: boolean;
}

/** A revision no key will ever have: the compare fails, so nothing is written, but etcd checks the right first. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** Tries each place of the grants; changes nothing. */
export function tryRights(store: Store, grants: readonly Grant[], signal: AbortSignal): Promise<Right[]> {
  return Promise.all(
    grants.map(async (grant) => {
      const key = "key" in grant ? grant.key : `${grant.prefix}auth-check`;
      const read = await isAllowed(store.get(key, { signal }));
      const write = await isAllowed(tryWrite(store, key, signal));
      return { place: placeOf(grant), read, write };
    }),
  );
}

export const placeOf = (grant: Grant): string => ("key" in grant ? grant.key : grant.prefix);

/** A write that is refused for lack of the right, or comes to nothing. */
export const tryWrite = (store: Store, key: string, signal: AbortSignal): Promise<unknown> =>
  store.commit({ compares: [{ key, createRevision: NEVER }], writes: [{ op: "put", key, value: "" }] }, { signal });

export async function isAllowed(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (isDenied(error)) return false;
    throw error;
  }
}
