/**
 * Reviews for the whole cluster, whoever asks: so many at once, then one every so often. An explanation over a thousand
 * hosts keeps the process from deciding for about as long as one decision over all of them; five a second leave it
 * at least nine tenths of its time.
 */
const BURST = 20;
const INTERVAL_MS = 200;

/** A bucket that fills with time. */
export class ReviewPace {
  #free = BURST;
  #since: number;

  /** `now`: monotonic, in ms. */
  constructor(now: number) {
    this.#since = now;
  }

  /** Takes one; or says how long there is none, in ms. */
  take(now: number): number {
    const gained = Math.floor((now - this.#since) / INTERVAL_MS);
    this.#since += gained * INTERVAL_MS;
    this.#free = Math.min(BURST, this.#free + gained);
    // A full bucket gains nothing: what it was about to gain is not on top of what it holds.
    if (this.#free === BURST) this.#since = now;
    if (this.#free === 0) return Math.max(1, INTERVAL_MS - (now - this.#since));
    this.#free -= 1;
    return 0;
  }
}
