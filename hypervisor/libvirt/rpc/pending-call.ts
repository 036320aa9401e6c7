import type { Clock } from "../../../runtime/clock.ts";
import { type CallOutcome, CallTimeoutError, ConnectionLostError } from "./call-error.ts";
import type { Frame } from "./frame.ts";

export interface CallOptions {
  /** Milliseconds from the call to its answer, waiting for a free slot included. */
  readonly timeoutMs?: number;
  /** Rejects the call with the signal's reason. A call already sent goes on over there: libvirt has no cancel. */
  readonly signal?: AbortSignal | undefined;
}

export interface PendingCallOptions {
  readonly clock: Clock;
  readonly name: string;
  readonly procedure: number;
  readonly body: Buffer;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** One call until it settles, which happens exactly once: by its answer, deadline, abort, or the connection's end. */
export class PendingCall {
  readonly name: string;
  readonly procedure: number;
  readonly body: Buffer;
  readonly answer: Promise<Frame>;
  #outcome: CallOutcome = "not-sent";
  #settled = false;
  #resolve!: (frame: Frame) => void;
  #reject!: (error: unknown) => void;
  readonly #release: () => void;

  constructor({ clock, name, procedure, body, timeoutMs, signal }: PendingCallOptions, onAbandoned: () => void) {
    this.name = name;
    this.procedure = procedure;
    this.body = body;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const abandon = (error: unknown) => {
      this.#fail(error);
      onAbandoned();
    };
    const onAbort = () => abandon(signal?.reason);
    const cancelTimer = clock.after(timeoutMs, () => abandon(new CallTimeoutError(name, this.#outcome, timeoutMs)));
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#release = () => {
      cancelTimer();
      signal?.removeEventListener("abort", onAbort);
    };
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** From now on its effect is unknown until the answer comes. */
  sent(): void {
    this.#outcome = "unknown";
  }

  /** An answer to a call that was given up on is dropped. */
  succeed(frame: Frame): void {
    if (this.#settled) return;
    this.#settle();
    this.#resolve(frame);
  }

  connectionLost(cause: unknown): void {
    this.#fail(new ConnectionLostError(this.name, this.#outcome, cause));
  }

  #fail(error: unknown): void {
    if (this.#settled) return;
    this.#settle();
    this.#reject(error);
  }

  #settle(): void {
    this.#settled = true;
    this.#release();
  }
}
