import type { Change, Store } from "../../../store/store.ts";

/** Counts instances that have a host: what each is told there appears once, under `assigned/`. */
export class BoundLog {
  readonly #bound = new Set<string>();
  readonly #stop = new AbortController();
  #lastAt = 0;
  #wake: () => void = () => {};
  readonly #running: Promise<void>;

  private constructor(store: Store, from: number) {
    this.#running = this.#follow(store, from);
  }

  static async start(store: Store): Promise<BoundLog> {
    const { revision } = await store.list(["elections/"]);
    return new BoundLog(store, revision + 1);
  }

  get count(): number {
    return this.#bound.size;
  }

  /** Resolves with the moment (performance.now()) when the watch delivered the last of so many. */
  async reached(count: number, patienceMs = 30 * 60_000): Promise<number> {
    const until = performance.now() + patienceMs;
    while (this.#bound.size < count) {
      if (performance.now() > until) throw new Error(`${this.#bound.size} of ${count} have a host`);
      await this.#news();
    }
    return this.#lastAt;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 1_000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #follow(store: Store, from: number): Promise<void> {
    try {
      for await (const { changes } of store.watch(["assigned/"], { from, signal: this.#stop.signal })) {
        for (const change of changes) this.#saw(change);
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  #saw(change: Change): void {
    if (change.type !== "put") return;
    const [, , part, uid] = change.entry.key.split("/");
    if (part !== "instances" || uid === undefined || this.#bound.has(uid)) return;
    this.#bound.add(uid);
    this.#lastAt = performance.now();
    this.#wake();
  }
}
