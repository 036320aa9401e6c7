/** A number in [0, 1), as Math.random gives; tests pass a seeded one. */
export type Random = () => number;

export interface BackoffOptions {
  /** Delay after the first failure, in milliseconds (default 200). */
  readonly baseMs?: number;
  /** No delay is longer, in milliseconds (default 60 s). */
  readonly maxMs?: number;
  /** The part of each delay that is left to chance, so that keys which failed together part ways (default 0.2). */
  readonly jitter?: number;
  readonly random: Random;
}

/** Per key: base, then twice as long after each failure, up to max. Knows nothing of clocks: the caller waits. */
export class Backoff {
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #jitter: number;
  readonly #random: Random;
  /** Failures in a row; a key without failures is absent, so the map is as small as the trouble. */
  readonly #failures = new Map<string, number>();

  constructor(options: BackoffOptions) {
    this.#baseMs = options.baseMs ?? 200;
    this.#maxMs = options.maxMs ?? 60_000;
    this.#jitter = options.jitter ?? 0.2;
    this.#random = options.random;
  }

  /** Counts one more failure and says how long to wait for it: within [(1 - jitter) × d, d]. */
  next(key: string): number {
    const earlier = this.failures(key);
    this.#failures.set(key, earlier + 1);
    const full = Math.min(this.#maxMs, this.#baseMs * 2 ** earlier);
    return full * (1 - this.#jitter * this.#random());
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }
}
