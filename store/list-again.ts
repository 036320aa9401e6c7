import type { Clock } from "../runtime/clock.ts";
import type { Listing, Store } from "./store.ts";
import { isCompacted, isUnavailable } from "./store-error.ts";

const firstRetryMs = 100;
const lastRetryMs = 5_000;

/**
 * For who has listed before and lost the history since: everything anew, through an etcd that is away. Fails only as
 * Denied, or as Aborted by the signal.
 */
export async function listAgain(
  store: Store,
  clock: Clock,
  prefixes: readonly string[],
  signal: AbortSignal,
): Promise<Listing> {
  for (let failures = 0; ; failures++) {
    try {
      return await store.list(prefixes, { signal });
    } catch (error) {
      if (!isUnavailable(error) && !isCompacted(error)) throw error;
      await clock.sleep(Math.min(lastRetryMs, firstRetryMs * 2 ** failures), signal);
    }
  }
}
