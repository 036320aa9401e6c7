import type { Clock } from "../../runtime/clock.ts";

/** A heartbeat that took this share of what makes it late is a sign that there is too much to do. */
const SLOW = 1 / 5;
/** So long after the last slow heartbeat it is quiet again, as a share of what makes one late. */
const QUIET = 1 / 5;

export interface PaceOptions {
  readonly clock: Clock;
  /** How long a heartbeat may take, in milliseconds: a third of the TTL. */
  readonly lateMs: number;
}

/**
 * Holds back what can wait while heartbeats take long: starting a host costs this process and etcd many times what a
 * heartbeat costs, and a host whose lease runs out is started again.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #lateMs: number;
  #slowAt = Number.NEGATIVE_INFINITY;

  constructor({ clock, lateMs }: PaceOptions) {
    this.#clock = clock;
    this.#lateMs = lateMs;
  }

  /** Told of each acknowledged heartbeat: milliseconds since it was due. */
  readonly beat = (delayMs: number): void => {
    if (delayMs > this.#lateMs * SLOW) this.#slowAt = this.#clock.monotonic();
  };

  /**
   * Resolves once no heartbeat was slow for a while, but after `lateMs` at the latest: where it is never quiet, there is
   * progress all the same. Rejects as soon as the signal aborts.
   */
  async quiet(signal: AbortSignal): Promise<void> {
    const latest = this.#clock.monotonic() + this.#lateMs;
    for (let now = this.#clock.monotonic(); now < this.#quietAt(latest); now = this.#clock.monotonic())
      await this.#clock.sleep(this.#quietAt(latest) - now, signal);
  }

  #quietAt(latest: number): number {
    return Math.min(latest, this.#slowAt + this.#lateMs * QUIET);
  }
}
