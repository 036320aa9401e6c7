import type { Progress } from "../../hypervisor.ts";

interface Shared<T> {
  readonly promise: Promise<T>;
  readonly abort: AbortController;
  readonly listeners: Set<(progress: Progress) => void>;
  latest?: Progress;
}

type Work<T> = (onProgress: (progress: Progress) => void, signal: AbortSignal) => Promise<T>;

/**
 * One piece of work per key for all who wait for it. A waiter whose signal aborts leaves at once; the work itself is
 * aborted when the last has left, and is then waited for, so that nobody meets its remains.
 */
export class SharedWork<T> {
  readonly #underway = new Map<string, Shared<T>>();

  async run(key: string, work: Work<T>, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const shared = this.#underway.get(key) ?? this.#begin(key, work);
    shared.listeners.add(onProgress);
    if (shared.latest) onProgress(shared.latest);
    try {
      return await abortable(shared.promise, signal);
    } finally {
      shared.listeners.delete(onProgress);
      if (shared.listeners.size === 0) await this.#end(key, shared, signal);
    }
  }

  #begin(key: string, work: Work<T>): Shared<T> {
    const abort = new AbortController();
    const listeners = new Set<(progress: Progress) => void>();
    const tell = (progress: Progress) => {
      shared.latest = progress;
      for (const listener of listeners) listener(progress);
    };
    const shared: Shared<T> = { promise: Promise.resolve().then(() => work(tell, abort.signal)), abort, listeners };
    this.#underway.set(key, shared);
    return shared;
  }

  async #end(key: string, shared: Shared<T>, signal: AbortSignal): Promise<void> {
    if (this.#underway.get(key) === shared) this.#underway.delete(key);
    shared.abort.abort(signal.reason);
    await shared.promise.catch(() => undefined);
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
