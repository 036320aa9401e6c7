import type { Batch, Change, Store } from "../../store/store.ts";

/** Writes key = value pairs in one transaction without compares; returns its revision. */
export async function putAll(store: Store, values: Readonly<Record<string, string>>): Promise<number> {
  const writes = Object.entries(values).map(([key, value]) => ({ op: "put" as const, key, value }));
  return (await store.commit({ compares: [], writes })).revision;
}

export async function remove(store: Store, ...keys: string[]): Promise<number> {
  const writes = keys.map((key) => ({ op: "delete" as const, key }));
  return (await store.commit({ compares: [], writes })).revision;
}

/** `key=value` for a put, `-key` for a deletion. */
export const changeText = (change: Change): string =>
  change.type === "put" ? `${change.entry.key}=${change.entry.value}` : `-${change.key}`;

/** Reads a watch in the background; `seen` grows. */
export class WatchRecorder {
  readonly seen: Batch[] = [];
  readonly connections: boolean[] = [];
  error: unknown;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(store: Store, prefixes: readonly string[], from: number) {
    const onConnection = (connected: boolean): void => void this.connections.push(connected);
    this.#done = this.#run(store.watch(prefixes, { from, signal: this.#stop.signal, onConnection }));
  }

  /** Batches with changes as `revision: change change`. */
  get lines(): string[] {
    return this.seen
      .filter(({ changes }) => changes.length > 0)
      .map(({ revision, changes }) => `${revision}: ${changes.map(changeText).join(" ")}`);
  }

  get texts(): string[] {
    return this.seen.flatMap(({ changes }) => changes.map(changeText));
  }

  get connected(): boolean {
    return this.connections.at(-1) === true;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  /** Until the watch ended by itself. */
  ended(): Promise<void> {
    return this.#done;
  }

  async #run(batches: AsyncIterable<Batch>): Promise<void> {
    try {
      for await (const batch of batches) this.seen.push(batch);
    } catch (error) {
      this.error = error;
    }
  }
}
