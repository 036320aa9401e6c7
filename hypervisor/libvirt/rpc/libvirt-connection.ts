import type { Duplex } from "node:stream";
import { type Clock, systemClock } from "../../../runtime/clock.ts";
import { connectUnix } from "./connect-unix.ts";
import { Domains } from "./domains.ts";
import { Events } from "./events.ts";
import { handshake } from "./handshake.ts";
import type { KeepAliveOptions } from "./keep-alive.ts";
import { LibvirtNode } from "./libvirt-node.ts";
import { Networks } from "./networks.ts";
import { Pools } from "./pools.ts";
import { RpcChannel } from "./rpc-channel.ts";

export interface LibvirtConnectionOptions {
  /** Where libvirt answers: a unix socket, or any connected duplex stream, which the connection then owns. */
  readonly transport: { readonly socketPath: string } | { readonly stream: Duplex };
  /** The driver inside that libvirt: `qemu:///system`, `test:///default`, `test:///path/to/file.xml`. */
  readonly uri: string;
  readonly readOnly?: boolean;
  readonly clock?: Clock;
  /** Aborts opening only; afterwards use close(). */
  readonly signal?: AbortSignal;
  /** Milliseconds for each call that names no deadline of its own. Default 30,000. */
  readonly timeoutMs?: number;
  /** Default 4: libvirtd serves five requests of one client at a time and then stops reading it. */
  readonly maxInFlight?: number;
  /** Default: ask after 5 s of silence, give up after 3 questions without an answer. */
  readonly keepAlive?: KeepAliveOptions;
}

/**
 * One connection to one libvirt. It does not reconnect: when `closed` resolves every call has settled, and the owner
 * opens another one and looks at the world again.
 */
export class LibvirtConnection {
  readonly domains: Domains;
  readonly networks: Networks;
  readonly pools: Pools;
  readonly node: LibvirtNode;
  readonly events: Events;
  readonly #channel: RpcChannel;

  private constructor(channel: RpcChannel, events: Events) {
    this.#channel = channel;
    this.events = events;
    this.domains = new Domains(channel);
    this.networks = new Networks(channel);
    this.pools = new Pools(channel);
    this.node = new LibvirtNode(channel);
  }

  /** Rejects with Node's socket error, the signal's reason, or what a call rejects with; then nothing is left open. */
  static async open(options: LibvirtConnectionOptions): Promise<LibvirtConnection> {
    const { transport, signal } = options;
    const stream = "stream" in transport ? transport.stream : await connectUnix(transport.socketPath, signal);
    const events: Events = new Events(() => channel);
    const channel: RpcChannel = new RpcChannel({
      stream,
      clock: options.clock ?? systemClock,
      maxInFlight: options.maxInFlight ?? 4,
      timeoutMs: options.timeoutMs ?? 30_000,
      keepAlive: options.keepAlive ?? { intervalMs: 5_000, maxMissed: 3 },
      onMessage: (frame) => events.receive(frame),
    });
    try {
      await handshake(channel, { uri: options.uri, readOnly: options.readOnly ?? false, signal });
    } catch (error) {
      await channel.close();
      throw error;
    }
    return new LibvirtConnection(channel, events);
  }

  /** Resolves when the connection has ended: with the cause, or with undefined after close(). Never rejects. */
  get closed(): Promise<Error | undefined> {
    return this.#channel.closed;
  }

  /** Calls out at the server (given-up ones included) and calls waiting for a slot. */
  get load(): { readonly inFlight: number; readonly waiting: number } {
    return this.#channel.load;
  }

  /** Idempotent. Pending calls reject with ConnectionLostError; what libvirt was doing for them goes on. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}
