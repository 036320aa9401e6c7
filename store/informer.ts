import type { Clock } from "../runtime/clock.ts";
import { type Log, silentLog } from "../runtime/log.ts";
import type { Cached, Decode, Informer } from "./informer-contract.ts";
import { type Malformed, Picture } from "./picture.ts";
import type { Entry, Store } from "./store.ts";
import { isAborted, isCompacted, StoreError } from "./store-error.ts";

export interface InformerOptions<T> {
  readonly store: Store;
  readonly prefixes: readonly string[];
  readonly decode: Decode<T>;
  readonly clock: Clock;
  readonly log?: Log;
  /** Freezes values deeply (default true); a program that holds thousands turns it off. */
  readonly freeze?: boolean;
}

const firstRetryMs = 100;
const lastRetryMs = 10_000;

/** See Informer. Starts at once; an etcd that is away delays `ready`, it never fails it. `stop` before `ready` does. */
export function startInformer<T>(options: InformerOptions<T>): Informer<T> {
  const informer = new StoreInformer(options);
  informer.begin();
  return informer;
}

interface Waiter {
  readonly revision: number;
  readonly settle: (error?: Error) => void;
}

class StoreInformer<T> implements Informer<T> {
  readonly ready: Promise<void>;
  readonly #options: InformerOptions<T>;
  readonly #log: Log;
  readonly #picture: Picture<T>;
  readonly #handlers = new Set<(key: string) => void>();
  readonly #waiters = new Set<Waiter>();
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #connected = false;
  #failures = 0;

  constructor(options: InformerOptions<T>) {
    this.#options = options;
    this.#log = (options.log ?? silentLog).child({ informer: options.prefixes.join(",") });
    this.#picture = new Picture(options.decode, options.freeze ?? true);
    this.ready = this.caughtUp(1);
    // Whoever does not ask for ready must not die of its rejection.
    this.ready.catch(() => {});
  }

  begin(): void {
    this.#running = this.#run();
  }

  get revision(): number {
    return this.#picture.revision;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get malformed(): ReadonlyMap<string, Malformed> {
    return this.#picture.malformed;
  }

  get(key: string): Cached<T> | undefined {
    return this.#picture.get(key);
  }

  entries(prefix = ""): Iterable<Cached<T>> {
    return this.#picture.entries(prefix);
  }

  onChange(handler: (key: string) => void): () => void {
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  caughtUp(revision: number, signal?: AbortSignal): Promise<void> {
    if (this.revision >= revision) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => waiter.settle(new StoreError("Aborted", `waiting for revision ${revision}: aborted`));
      const waiter: Waiter = {
        revision,
        settle: (error) => {
          this.#waiters.delete(waiter);
          signal?.removeEventListener("abort", onAbort);
          if (error) reject(error);
          else resolve();
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", onAbort, { once: true });
      if (signal?.aborted || this.#stop.signal.aborted) onAbort();
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#listAndWatch(signal);
      } catch (error) {
        this.#connected = false;
        if (isAborted(error)) break;
        await this.#pauseAfter(error, signal);
      }
    }
    this.#connected = false;
    this.#stop.abort();
    for (const waiter of this.#waiters) waiter.settle(new StoreError("Aborted", "the informer has ended"));
  }

  async #listAndWatch(signal: AbortSignal): Promise<void> {
    const { store, prefixes } = this.#options;
    this.#picture.beginListing();
    const onPage = (entries: readonly Entry[]): void => this.#picture.prepare(entries);
    const listing = await store.list(prefixes, { signal, onPage });
    this.#publish(this.#picture.replace(listing));
    const onConnection = (connected: boolean): void => {
      this.#connected = connected;
      if (connected) this.#failures = 0;
    };
    for await (const batch of store.watch(prefixes, { from: listing.revision + 1, signal, onConnection })) {
      this.#publish(this.#picture.apply(batch));
    }
  }

  /** Compaction is no failure: list again at once, the first time. */
  async #pauseAfter(error: unknown, signal: AbortSignal): Promise<void> {
    const failures = this.#failures++;
    if (isCompacted(error) && failures === 0) return;
    const delay = Math.min(lastRetryMs, firstRetryMs * 2 ** failures);
    this.#log.warn({ error, delay }, "the picture cannot be kept, trying again");
    await this.#options.clock.sleep(delay, signal).catch(() => {});
  }

  /** Handlers see the whole revision at once; one that throws does not take the others' news. */
  #publish(keys: readonly string[]): void {
    for (const key of keys) {
      for (const handler of this.#handlers) {
        try {
          handler(key);
        } catch (error) {
          this.#log.error({ error, key }, "a change handler failed");
        }
      }
    }
    for (const waiter of [...this.#waiters]) if (waiter.revision <= this.revision) waiter.settle();
  }
}
