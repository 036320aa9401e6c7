import type { Clock } from "./clock.ts";
import { PriorityLine } from "./priority-line.ts";

interface Delayed {
  /** On the monotonic clock. */
  readonly dueAt: number;
  readonly cancel: () => void;
}

/**
 * Keys that need a pass. Promises: a key is never handed out twice at a time; however often it is added before it
 * is taken, it is taken once; added while it is processed, it comes exactly once more after `done`; keys come in
 * the order of their priorities, equal ones in the order in which they were first added; nothing is handed out or accepted after `shutdown`.
 */
export class WorkQueue {
  readonly #clock: Clock;
  /** Every key that needs a pass, taken out the moment its pass begins. */
  readonly #dirty = new Set<string>();
  /** Every key handed out and not yet done. A key may be dirty too: then it needs one more pass. */
  readonly #processing = new Set<string>();
  /** Exactly dirty minus processing, in the order in which they are handed out. */
  readonly #line: PriorityLine;
  /** At most one timer for a key: the earliest asked for. */
  readonly #delayed = new Map<string, Delayed>();
  /** Callers of `take` that found the line empty, oldest first; not empty only while the line is empty. */
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #idleWaiters: (() => void)[] = [];
  #closed = false;

  /** `priorityOf`: a higher one is handed out earlier (default: all equal); asked when the key gets in line. */
  constructor(clock: Clock, priorityOf: (key: string) => number = () => 0) {
    this.#clock = clock;
    this.#line = new PriorityLine(priorityOf);
  }

  /** Keys ready to be taken; neither the delayed nor the processed ones. */
  get length(): number {
    return this.#line.size;
  }

  add(key: string): void {
    if (this.#closed || this.#dirty.has(key)) return;
    this.#dirty.add(key);
    if (!this.#processing.has(key)) this.#enter(key);
  }

  /**
   * Adds the key after `ms`. When a timer for it runs already, the earlier of the two stays and the other is
   * dropped. An `add` in between does not cancel it: a pass too many is cheap, a pass too few is a hang.
   */
  addAfter(key: string, ms: number): void {
    if (this.#closed) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const dueAt = this.#clock.monotonic() + ms;
    const earlier = this.#delayed.get(key);
    if (earlier && earlier.dueAt <= dueAt) return;
    earlier?.cancel();
    const cancel = this.#clock.after(ms, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { dueAt, cancel });
  }

  /** The next key, which the caller must give back by `done`; undefined once the queue is shut down. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const key = this.takeNow();
    if (key === undefined) return new Promise((resolve) => this.#takers.push(resolve));
    return Promise.resolve(key);
  }

  /** The next key if one is in line, as `take` hands it out. */
  takeNow(): string | undefined {
    const key = this.#line.shift();
    if (key !== undefined) this.#begin(key);
    return key;
  }

  /** What was told of a key while it is processed is known by now: no other pass for it. Otherwise nothing happens. */
  covered(key: string): void {
    if (this.#processing.has(key)) this.#dirty.delete(key);
  }

  /** Ends the pass of a taken key. Of a key that is not being processed: nothing happens. */
  done(key: string): void {
    if (!this.#processing.delete(key)) return;
    if (this.#dirty.has(key)) this.#enter(key);
    this.#tellIdle();
  }

  /** Resolves when nothing is in line and nothing processed. Delayed keys do not count: they may be minutes away. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Forgets everything not yet taken and lets every `take` end. Keys being processed still owe their `done`. */
  shutdown(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#dirty.clear();
    this.#line.clear();
    for (const resolve of this.#takers.splice(0)) resolve(undefined);
    this.#tellIdle();
  }

  #enter(key: string): void {
    const taker = this.#takers.shift();
    if (!taker) {
      this.#line.add(key);
      return;
    }
    this.#begin(key);
    taker(key);
  }

  #begin(key: string): void {
    this.#dirty.delete(key);
    this.#processing.add(key);
  }

  #isIdle(): boolean {
    return this.#line.size === 0 && this.#processing.size === 0;
  }

  #tellIdle(): void {
    if (!this.#isIdle()) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}
