import { PREFIX } from "../../resources/keys.ts";
import type { Store } from "../../store/store.ts";
import type { E2eCluster } from "./e2e-cluster.ts";
import { E2E_ROOT } from "./e2e-etcd.ts";

/** Written all the time, or for people only. */
const APART: readonly string[] = [PREFIX.events, PREFIX.alive, PREFIX.elections];

/** What `work` wrote to etcd: per revision its keys, without what is written all the time or for people only. */
export async function revisionsOf(cluster: E2eCluster, work: () => Promise<unknown>): Promise<readonly string[][]> {
  const credentials = await cluster.etcd.certificates?.credentials("root");
  const store = await cluster.etcd.store({ root: E2E_ROOT, ...(credentials && { credentials }) });
  const from = (await store.list([PREFIX.uids])).revision + 1;
  await work();
  const to = (await store.list([PREFIX.uids])).revision;
  const byRevision = await read(store, from, to);
  return [...byRevision.values()].filter((keys) => keys.length > 0);
}

async function read(store: Store, from: number, to: number): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>();
  if (to < from) return found;
  const stop = new AbortController();
  // All prefixes are watched, so the last revision is among what comes.
  for await (const { changes } of store.watch(Object.values(PREFIX), { from, signal: stop.signal })) {
    for (const change of changes) {
      const [key, revision] =
        change.type === "put" ? [change.entry.key, change.entry.modRevision] : [`-${change.key}`, change.modRevision];
      if (revision > to) continue;
      const keys = found.get(revision) ?? [];
      const counts = !APART.some((prefix) => key.replace(/^-/, "").startsWith(prefix));
      found.set(revision, counts ? [...keys, key] : keys);
    }
    if (Math.max(...found.keys()) >= to) break;
  }
  stop.abort();
  return found;
}
