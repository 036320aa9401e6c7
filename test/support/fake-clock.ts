import type { Clock } from "../../runtime/clock.ts";

interface Timer {
  readonly dueAt: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #wall: number;
  #monotonic = 0;
  #suspended = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();
  readonly #watchers = new Set<() => void>();

  /** `startAt`: RFC 3339, what `now` says first. */
  constructor(startAt = "2026-01-01T00:00:00Z") {
    this.#wall = Date.parse(startAt);
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  boottime(): number {
    return this.#monotonic + this.#suspended;
  }

  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { dueAt: this.#monotonic + Math.max(0, ms), order: this.#order++, callback };
    this.#timers.add(timer);
    for (const watcher of this.#watchers) watcher();
    return () => void this.#timers.delete(timer);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = () => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = this.after(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Timers and sleepers that wait now. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Resolves once at least `n` timers or sleepers wait: call it before stepping. */
  waiters(n: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.#timers.size < n) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /**
   * Moves time on, firing what falls due in order of time, each at its own time; between two timers the promises
   * they settled run, so a loop that sleeps again is caught within the same step. Real I/O is not waited for.
   */
  async advance(ms: number): Promise<void> {
    const until = this.#monotonic + ms;
    for (let timer = this.#nextDue(until); timer; timer = this.#nextDue(until)) {
      this.#moveTo(Math.max(this.#monotonic, timer.dueAt));
      this.#timers.delete(timer);
      timer.callback();
      await promisesSettled();
    }
    this.#moveTo(until);
    await promisesSettled();
  }

  /** The wall clock jumps (somebody set it); no timer notices. */
  setWall(ms: number): void {
    this.#wall = ms;
  }

  /** The machine slept: wall and boot time went on, the monotonic clock and all timers stood still. */
  suspend(ms: number): void {
    this.#wall += ms;
    this.#suspended += ms;
  }

  #moveTo(monotonic: number): void {
    this.#wall += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }

  #nextDue(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt > until) continue;
      if (!first || timer.dueAt < first.dueAt || (timer.dueAt === first.dueAt && timer.order < first.order)) {
        first = timer;
      }
    }
    return first;
  }
}

/** A macrotask turn runs every promise reaction that is ready, however deep the chain. */
const promisesSettled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
