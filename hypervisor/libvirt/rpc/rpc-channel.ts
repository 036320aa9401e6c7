import type { Duplex } from "node:stream";
import type { Clock } from "../../../runtime/clock.ts";
import { CallTable } from "./call-table.ts";
import { encodeFrame, type Frame, frameStatus, frameType, program } from "./frame.ts";
import { FrameDecoder } from "./frame-decoder.ts";
import { KeepAlive, type KeepAliveOptions } from "./keep-alive.ts";
import type { CallOptions } from "./pending-call.ts";
import type { Procedure } from "./procedure.ts";
import { ProtocolError } from "./protocol-error.ts";
import { translateError } from "./translate-error.ts";
import { decode, encode } from "./xdr-codec.ts";

const keepAlivePing = 1;
const keepAlivePong = 2;
const empty = Buffer.alloc(0);

export interface RpcChannelOptions {
  readonly stream: Duplex;
  readonly clock: Clock;
  readonly maxInFlight: number;
  readonly timeoutMs: number;
  readonly keepAlive: KeepAliveOptions;
  /** Gets every message the server sends on its own. What it throws ends the channel. */
  readonly onMessage: (frame: Frame) => void;
}

/**
 * Calls and answers over one duplex stream, which it owns from now on. It ends once: by close(), by the stream's end,
 * by silence, or by bytes that break the protocol; then every call settles and `closed` resolves.
 */
export class RpcChannel {
  /** Resolves with why the channel ended; undefined after close(). Never rejects. */
  readonly closed: Promise<Error | undefined>;
  readonly #options: RpcChannelOptions;
  readonly #stream: Duplex;
  readonly #calls: CallTable;
  readonly #keepAlive: KeepAlive;
  readonly #decoder = new FrameDecoder();
  #ended = false;
  #resolveClosed!: (cause: Error | undefined) => void;

  constructor(options: RpcChannelOptions) {
    this.#options = options;
    this.#stream = options.stream;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#calls = new CallTable(options.maxInFlight, ({ procedure, body }, serial) =>
      this.#write({ program: program.remote, procedure, type: frameType.call, serial, status: frameStatus.ok, body }),
    );
    this.#keepAlive = new KeepAlive(options.clock, options.keepAlive, {
      ping: () => this.#writeKeepAlive(keepAlivePing),
      dead: (missed) => this.#end(new Error(`libvirt did not answer ${missed} keep-alive messages`)),
    });
    this.#listen();
  }

  /** Calls out at the server and calls waiting for a slot. */
  get load(): { readonly inFlight: number; readonly waiting: number } {
    return { inFlight: this.#calls.inFlight, waiting: this.#calls.waiting };
  }

  /** Rejects with LibvirtError, CallTimeoutError, ConnectionLostError, ProtocolError or the signal's reason. */
  async call<Args, Result>(procedure: Procedure<Args, Result>, args: Args, options: CallOptions = {}): Promise<Result> {
    const reply = await this.#calls.call({
      clock: this.#options.clock,
      name: procedure.name,
      procedure: procedure.number,
      body: encode(procedure.args, args),
      timeoutMs: options.timeoutMs ?? this.#options.timeoutMs,
      signal: options.signal,
    });
    if (reply.status === frameStatus.error) throw translateError(procedure.name, reply.body);
    return decode(procedure.result, reply.body);
  }

  /** Only after the server said that it knows the keep-alive program: others drop the connection. */
  startKeepAlive(): void {
    if (!this.#ended) this.#keepAlive.start();
  }

  /** Idempotent. When it resolves, no timer and no socket of the channel is left. */
  async close(): Promise<void> {
    this.#end(undefined);
    await this.closed;
  }

  #listen(): void {
    if (this.#stream.destroyed) this.#end(new Error("the stream was closed before it was used"));
    this.#stream.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#stream.on("error", (error: Error) => this.#end(error));
    this.#stream.on("end", () => this.#end(new Error("libvirt closed the connection")));
    this.#stream.on("close", () => this.#end(new Error("the connection to libvirt was closed")));
  }

  #receive(chunk: Buffer): void {
    if (this.#ended) return;
    this.#keepAlive.heard();
    try {
      for (const frame of this.#decoder.push(chunk)) this.#route(frame);
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #route(frame: Frame): void {
    if (frame.program === program.keepAlive) {
      if (frame.procedure === keepAlivePing) this.#writeKeepAlive(keepAlivePong);
    } else if (frame.program !== program.remote) {
      throw new ProtocolError(`message of program ${frame.program}`);
    } else if (frame.type === frameType.reply) {
      this.#calls.answer(frame);
    } else if (frame.type === frameType.message) {
      this.#options.onMessage(frame);
    } else {
      throw new ProtocolError(`frame type ${frame.type}`);
    }
  }

  #writeKeepAlive(procedure: number): void {
    const { message: type } = frameType;
    this.#write({ program: program.keepAlive, procedure, type, serial: 0, status: frameStatus.ok, body: empty });
  }

  #write(frame: Frame): void {
    if (!this.#ended) this.#stream.write(encodeFrame(frame));
  }

  #end(cause: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#keepAlive.stop();
    this.#calls.connectionLost(cause ?? new Error("closed by this side"));
    const closed = () => this.#resolveClosed(cause);
    if (this.#stream.closed) closed();
    else this.#stream.once("close", closed).destroy();
  }
}
