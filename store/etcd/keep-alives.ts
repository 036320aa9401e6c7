import type { RawStream } from "./endpoint.ts";
import { CallAborted, type CallContext, CallTimeout, translateError } from "./translate-error.ts";
import type { OpenedStream, Transport } from "./transport.ts";
import type { LeaseKeepAliveReply } from "./wire.ts";

const CONTEXT: CallContext = { verb: "keep alive" };

export interface Question {
  /** Of the lease. */
  readonly id: string;
  /** A stream that said nothing for so long is given up. */
  readonly timeoutMs: number;
  /** Nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

type Settle = (outcome: LeaseKeepAliveReply | Error) => void;

/**
 * Keeps all leases of a store alive over one stream: one for each question cost ten times as much, which a thousand
 * leases feel. An answer names its lease and nothing else, so it must never meet a later question of that lease: a
 * question waits until it is answered or its stream has ended. A stream that is silent is ended, and all that wait there
 * ask again on the next.
 */
export class KeepAlives {
  readonly #transport: Transport;
  #current: Promise<Line> | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Fails with a StoreError. One question per lease at a time. */
  async ask(question: Question): Promise<LeaseKeepAliveReply> {
    this.#current ??= this.#open();
    const current = this.#current;
    const forget = () => {
      if (this.#current === current) this.#current = undefined;
    };
    try {
      const line = await current;
      return await line.ask(question, forget);
    } catch (error) {
      // A lease that was lost meanwhile says nothing about the stream.
      if (!(error instanceof CallAborted)) forget();
      throw translateError(error, CONTEXT);
    }
  }

  async #open(): Promise<Line> {
    const rpc = { service: "Lease", method: "leaseKeepAlive" } as const;
    return new Line(this.#transport, await this.#transport.open<object, LeaseKeepAliveReply>(rpc));
  }
}

/** One stream, until it fails for whatever reason; then it fails whoever waits. */
class Line {
  readonly #transport: Transport;
  readonly #opened: OpenedStream<object, LeaseKeepAliveReply>;
  readonly #waiting = new Map<string, Settle>();
  readonly #forgetClose: () => void;
  /** When the last answer came, or the first question of those that wait was asked. */
  #heardAt = 0;
  #stopTimer: (() => void) | undefined;
  #failure: Error | undefined;

  constructor(transport: Transport, opened: OpenedStream<object, LeaseKeepAliveReply>) {
    this.#transport = transport;
    this.#opened = opened;
    this.#forgetClose = transport.onClosed(() => void this.#fail(new CallAborted("the store is closed")));
    void this.#read(opened.stream);
  }

  /** `onFailure`: nobody shall come to this line any more. */
  ask({ id, timeoutMs, signal }: Question, onFailure: () => void): Promise<LeaseKeepAliveReply> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      const onAbort = () => settle(new CallAborted("aborted"));
      const settle: Settle = (outcome) => {
        this.#waiting.delete(id);
        signal.removeEventListener("abort", onAbort);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
        if (this.#waiting.size === 0) this.#stopListening();
      };
      if (this.#waiting.size === 0) this.#heardAt = this.#transport.clock.monotonic();
      this.#waiting.set(id, settle);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#opened.stream.write({ ID: id });
      if (!this.#stopTimer) this.#listen(timeoutMs, onFailure);
    });
  }

  /** Silence is what ends a stream, not one answer that is late: the others may be on their way behind it. */
  #listen(timeoutMs: number, onFailure: () => void): void {
    const { clock } = this.#transport;
    const left = this.#heardAt + timeoutMs - clock.monotonic();
    const look = () => {
      if (this.#stopTimer !== stop) return;
      if (clock.monotonic() - this.#heardAt < timeoutMs) return this.#listen(timeoutMs, onFailure);
      onFailure();
      void this.#fail(new CallTimeout(timeoutMs));
    };
    // Where this process was held up itself, what came meanwhile is read before anybody is called silent.
    const stop = clock.after(Math.max(1, left), () => setImmediate(look));
    this.#stopTimer = stop;
  }

  #stopListening(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  async #read(stream: RawStream<object, LeaseKeepAliveReply>): Promise<void> {
    try {
      for await (const reply of stream) {
        this.#heardAt = this.#transport.clock.monotonic();
        this.#waiting.get(reply.ID)?.(reply);
      }
      throw new Error("the server ended the keep-alive stream");
    } catch (error) {
      await this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #fail(failure: Error): Promise<void> {
    if (this.#failure) return;
    this.#failure = failure;
    this.#forgetClose();
    this.#stopListening();
    this.#opened.stream.cancel();
    await this.#transport.failed(this.#opened, failure);
    for (const settle of [...this.#waiting.values()]) settle(failure);
  }
}
