import type { Compare, Outcome, Store } from "./store.ts";
import { StoreError } from "./store-error.ts";

/**
 * A store whose every write also compares an election key (Leadership.fence), so that whoever was replaced writes
 * nothing. Losing that compare is `Aborted`, with `replaced` as the message: the process is no longer the one to act.
 */
export function fencedStore(
  store: Store,
  fence: Compare,
  replaced = "another controller leads now; this one writes nothing more",
): Store {
  return {
    get: (key, options) => store.get(key, options),
    list: (prefixes, options) => store.list(prefixes, options),
    watch: (prefixes, options) => store.watch(prefixes, options),
    grantLease: (ttl, options) => store.grantLease(ttl, options),
    close: () => store.close(),
    commit: async ({ compares, writes }, options): Promise<Outcome> => {
      const outcome = await store.commit({ compares: [...compares, fence], writes }, options);
      if (outcome.kind === "stale" && !stands(outcome.current.get(fence.key), fence))
        throw new StoreError("Aborted", replaced);
      return outcome;
    },
  };
}

function stands(entry: { createRevision: number } | undefined, fence: Compare): boolean {
  return "createRevision" in fence && entry?.createRevision === fence.createRevision;
}
