import type { Store } from "../../store/store.ts";

/**
 * A store with so many reads of its own under way at most; the others wait in line. What does not go through it, such
 * as heartbeats, finds etcd and this process free for it however much is to do. Commits have a line of their own
 * (joinedCommits).
 */
export function pacedStore(store: Store, atOnce: number): Store {
  const lane = new Lane(atOnce);
  return {
    get: (key, options) => lane.run(() => store.get(key, options)),
    list: (prefixes, options) => lane.run(() => store.list(prefixes, options)),
    commit: (transaction, options) => store.commit(transaction, options),
    watch: (prefixes, options) => store.watch(prefixes, options),
    grantLease: (ttlSeconds, options) => store.grantLease(ttlSeconds, options),
    close: () => store.close(),
  };
}

class Lane {
  #free: number;
  readonly #line: (() => void)[] = [];

  constructor(width: number) {
    this.#free = width;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#line.push(resolve));
    try {
      return await work();
    } finally {
      // Handed on to the next in line, if there is one.
      const next = this.#line.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
