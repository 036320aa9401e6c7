import { Etcd3 } from "etcd3";
import type { Store } from "../../store/store.ts";
import { EtcdServer, WITH_FSYNC } from "../../test/support/etcd.ts";

export interface StoreFigures {
  readonly concurrency: number;
  /** Transactions a second. */
  readonly bare: number;
  readonly ours: number;
}

/** One compared write of a worker's own key; returns the new revision. */
type CommitOnce = (worker: number, revision: number, value: string) => Promise<number>;

const CONCURRENCY = [1, 16] as const;
const VALUE_BYTES = 1_000;
const SLICE_MS = 250;

/**
 * Compare-and-put of 1,000 bytes by as many workers as said, each on its own key: etcd's bare client and our store in
 * turn, in slices, so that both see the same machine. The first slice of each is thrown away.
 */
export async function benchStore(seconds: number): Promise<readonly StoreFigures[]> {
  const server = await EtcdServer.start({ flags: [WITH_FSYNC] });
  const client = new Etcd3({ hosts: server.endpoint });
  try {
    const store = await server.store();
    const figures: StoreFigures[] = [];
    for (const concurrency of CONCURRENCY) {
      const bare = new Runner(concurrency, commitBare(client, `/bare/${concurrency}/`));
      const ours = new Runner(concurrency, commitOurs(store, `ours/${concurrency}/`));
      const slices = Math.ceil((seconds * 1000) / SLICE_MS);
      for (let slice = 0; slice <= slices; slice++) {
        await bare.run(slice > 0);
        await ours.run(slice > 0);
      }
      figures.push({ concurrency, bare: bare.perSecond, ours: ours.perSecond });
    }
    return figures;
  } finally {
    client.close();
    await server.stop();
  }
}

class Runner {
  readonly #commit: CommitOnce;
  readonly #revisions: number[];
  #done = 0;
  #ms = 0;

  constructor(concurrency: number, commit: CommitOnce) {
    this.#commit = commit;
    this.#revisions = Array.from({ length: concurrency }, () => 0);
  }

  get perSecond(): number {
    return (this.#done / this.#ms) * 1000;
  }

  async run(counts: boolean): Promise<void> {
    const begin = performance.now();
    const until = begin + SLICE_MS;
    const done = await Promise.all(this.#revisions.map((_, worker) => this.#work(worker, until)));
    if (!counts) return;
    this.#done += done.reduce((sum, count) => sum + count, 0);
    this.#ms += performance.now() - begin;
  }

  async #work(worker: number, until: number): Promise<number> {
    let count = 0;
    for (; performance.now() < until; count++) {
      this.#revisions[worker] = await this.#commit(worker, this.#revisions[worker] ?? 0, "x".repeat(VALUE_BYTES));
    }
    return count;
  }
}

const commitBare =
  (client: Etcd3, prefix: string): CommitOnce =>
  async (worker, revision, value) => {
    const key = `${prefix}${worker}`;
    const reply = await client
      .if(key, "Mod", "==", revision)
      .then(client.put(key).value(value))
      .else(client.get(key))
      .commit();
    if (!reply.succeeded) throw new Error(`${key} is not at ${revision}`);
    return Number(reply.header.revision);
  };

const commitOurs =
  (store: Store, prefix: string): CommitOnce =>
  async (worker, revision, value) => {
    const key = `${prefix}${worker}`;
    const compare = revision === 0 ? ({ key, absent: true } as const) : { key, modRevision: revision };
    const outcome = await store.commit({ compares: [compare], writes: [{ op: "put", key, value }] });
    if (outcome.kind === "stale") throw new Error(`${key} is not at ${revision}`);
    return outcome.revision;
  };
