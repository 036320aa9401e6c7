import type { Clock } from "../../../runtime/clock.ts";

export interface KeepAliveOptions {
  /** Milliseconds of silence after which the server is asked whether it lives. */
  readonly intervalMs: number;
  /** So many unanswered questions in a row mean that it does not. */
  readonly maxMissed: number;
}

/**
 * Notices a server that is gone or hangs without having closed the stream. Any byte received counts as life. Missed
 * questions are counted, not time: a process that was stopped for a minute asks again before it gives up.
 */
export class KeepAlive {
  readonly #clock: Clock;
  readonly #options: KeepAliveOptions;
  readonly #ping: () => void;
  readonly #dead: (missed: number) => void;
  #missed = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, options: KeepAliveOptions, actions: { ping: () => void; dead: (missed: number) => void }) {
    this.#clock = clock;
    this.#options = options;
    this.#ping = actions.ping;
    this.#dead = actions.dead;
  }

  start(): void {
    this.#cancel ??= this.#clock.after(this.#options.intervalMs, () => this.#tick());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  heard(): void {
    this.#missed = -1;
  }

  #tick(): void {
    this.#cancel = undefined;
    if (this.#missed >= this.#options.maxMissed) {
      this.#dead(this.#missed);
      return;
    }
    // Heard of it during this interval: the next one starts from zero without a question.
    if (this.#missed >= 0) this.#ping();
    this.#missed += 1;
    this.start();
  }
}
