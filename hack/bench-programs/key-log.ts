import { PREFIX } from "../../resources/keys.ts";
import type { Change, Store } from "../../store/store.ts";

export interface LoggedChange {
  readonly key: string;
  /** Undefined of a deletion. */
  readonly value: string | undefined;
  readonly revision: number;
  /** performance.now() when the watch delivered it. */
  readonly at: number;
}

/** Everything that changes in etcd, with the moment a watch delivered it. */
export class KeyLog {
  #changes: LoggedChange[] = [];
  #waiters: (() => void)[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  private constructor(store: Store, from: number) {
    this.#running = this.#follow(store, from);
  }

  static async start(store: Store): Promise<KeyLog> {
    const { revision } = await store.list([PREFIX.uids]);
    return new KeyLog(store, revision + 1);
  }

  /** Everything since the last `forget`, in etcd's order. */
  get changes(): readonly LoggedChange[] {
    return this.#changes;
  }

  forget(): void {
    this.#changes = [];
  }

  /** Resolves with the first change that fits, of those known or to come. */
  async first(fits: (change: LoggedChange) => boolean, deadlineMs = 120_000): Promise<LoggedChange> {
    const until = performance.now() + deadlineMs;
    for (let seen = 0; performance.now() < until; ) {
      const found = this.#changes.slice(seen).find(fits);
      if (found) return found;
      seen = this.#changes.length;
      await this.#news(until - performance.now());
    }
    throw new Error(`not within ${deadlineMs} ms; last keys: ${this.#changes.slice(-8).map(({ key }) => key)}`);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #news(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, ms));
      this.#waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #follow(store: Store, from: number): Promise<void> {
    try {
      for await (const { changes } of store.watch(Object.values(PREFIX), { from, signal: this.#stop.signal })) {
        const at = performance.now();
        this.#changes.push(...changes.map((change) => logged(change, at)));
        for (const wake of this.#waiters.splice(0)) wake();
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }
}

const logged = (change: Change, at: number): LoggedChange =>
  change.type === "put"
    ? { key: change.entry.key, value: change.entry.value, revision: change.entry.modRevision, at }
    : { key: change.key, value: undefined, revision: change.modRevision, at };
