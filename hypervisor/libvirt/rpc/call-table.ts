import { ConnectionLostError } from "./call-error.ts";
import type { Frame } from "./frame.ts";
import { PendingCall, type PendingCallOptions } from "./pending-call.ts";
import { ProtocolError } from "./protocol-error.ts";

const lastSerial = 0xffffffff;

/**
 * Which calls wait for a slot and which wait for their answer. libvirtd stops reading a client that has five calls in
 * service, keep-alive included, so at most `maxInFlight` are out at a time and the rest wait here, first come first
 * served. A call that was sent and given up on (deadline, abort) keeps its slot until its answer comes: over there it
 * still occupies one.
 */
export class CallTable {
  readonly #maxInFlight: number;
  readonly #send: (call: PendingCall, serial: number) => void;
  readonly #sent = new Map<number, PendingCall>();
  #waiting: PendingCall[] = [];
  #serial = 0;
  #lost: { cause: unknown } | undefined;

  constructor(maxInFlight: number, send: (call: PendingCall, serial: number) => void) {
    this.#maxInFlight = maxInFlight;
    this.#send = send;
  }

  /** Calls out at the server, those given up on included. */
  get inFlight(): number {
    return this.#sent.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async call(options: PendingCallOptions): Promise<Frame> {
    options.signal?.throwIfAborted();
    if (this.#lost) throw new ConnectionLostError(options.name, "not-sent", this.#lost.cause);
    const call: PendingCall = new PendingCall(options, () => this.#forget(call));
    this.#waiting.push(call);
    this.#fill();
    return call.answer;
  }

  /** A reply nobody asked for means that the stream cannot be trusted: ProtocolError. */
  answer(frame: Frame): void {
    const call = this.#sent.get(frame.serial);
    if (call?.procedure !== frame.procedure)
      throw new ProtocolError(`reply to procedure ${frame.procedure}, serial ${frame.serial}, which was not called`);
    this.#sent.delete(frame.serial);
    call.succeed(frame);
    this.#fill();
  }

  /** Settles every call, now and later, with ConnectionLostError. */
  connectionLost(cause: unknown): void {
    if (this.#lost) return;
    this.#lost = { cause };
    const calls = [...this.#sent.values(), ...this.#waiting];
    this.#sent.clear();
    this.#waiting = [];
    for (const call of calls) call.connectionLost(cause);
  }

  #forget(call: PendingCall): void {
    this.#waiting = this.#waiting.filter((other) => other !== call);
  }

  #fill(): void {
    while (this.#sent.size < this.#maxInFlight) {
      const call = this.#waiting.shift();
      if (!call) return;
      this.#serial = this.#serial === lastSerial ? 1 : this.#serial + 1;
      this.#sent.set(this.#serial, call);
      call.sent();
      this.#send(call, this.#serial);
    }
  }
}
