import type { Store } from "../../../store/store.ts";
import { isDenied } from "../../../store/store-error.ts";
import type { Need } from "./needs.ts";
import { isAllowed, tryWrite } from "./try-rights.ts";

/** Whether etcd grants it now. Changes nothing, and reads none of the objects. */
export function tryNeed(store: Store, need: Need, signal: AbortSignal): Promise<boolean> {
  if (need.access === "watch") return tryWatch(store, need.prefixes, signal);
  if (need.access === "write")
    return isAllowed(tryWrite(store, need.isPrefix ? `${need.key}auth-check` : need.key, signal));
  return isAllowed(need.isPrefix ? store.list([behindNames(need.key)], { signal }) : store.get(need.key, { signal }));
}

/** A part of the range in which no object can be, because no name begins so: the right to it is that to the whole. */
const behindNames = (prefix: string): string => `${prefix}~`;

/** Opens the watch and leaves as soon as etcd let us in. */
async function tryWatch(store: Store, prefixes: readonly string[], signal: AbortSignal): Promise<boolean> {
  const enough = new AbortController();
  const onConnection = (connected: boolean) => void (connected && enough.abort());
  try {
    const [first = ""] = prefixes;
    const { revision } = await store.list([behindNames(first)], { signal });
    const options = { from: revision + 1, signal: AbortSignal.any([signal, enough.signal]), onConnection };
    for await (const _ of store.watch(prefixes, options)) break;
    return true;
  } catch (error) {
    if (enough.signal.aborted) return true;
    if (isDenied(error)) return false;
    throw error;
  }
}
