import type { Backoff } from "../../runtime/backoff.ts";
import type { Clock } from "../../runtime/clock.ts";
import { messageOf } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import { HypervisorError } from "../hypervisor-error.ts";
import type { DomainLifecycleEvent } from "./rpc/event-kinds.ts";
import { LibvirtConnection } from "./rpc/libvirt-connection.ts";

export interface LibvirtLinkOptions {
  /** Tried in order; the first that answers is taken. */
  readonly sockets: readonly string[];
  readonly uri: string;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly log: Log;
  readonly onDomainEvent: (event: DomainLifecycleEvent) => void;
  readonly onAgentEvent: (uuid: string) => void;
  /** Of no certain network: whoever waits for one looks for itself. */
  readonly onNetworkEvent: () => void;
  /** A connection was made or lost: whatever happened in between went by unseen. */
  readonly onChange: (connected: boolean) => void;
}

interface Pair {
  /** Reads and events: always quick. */
  readonly quick: LibvirtConnection;
  /** Whatever starts, stops or defines: may take as long as QEMU takes, without holding up the reads. */
  readonly slow: LibvirtConnection;
}

/** Of a call that names none; a start with slow storage names its own. */
const CALL_TIMEOUT_MS = 30_000;

/**
 * Two connections to one libvirt, made again with back-off whenever one of them ends. While there are none, asking for
 * one is `LibvirtUnreachable` at once: callers retry, the link does not queue.
 */
export class LibvirtLink {
  readonly #options: LibvirtLinkOptions;
  readonly #stop = new AbortController();
  #pair: Pair | undefined;
  #failure: unknown = new Error("not connected yet");
  #running: Promise<void> = Promise.resolve();

  private constructor(options: LibvirtLinkOptions) {
    this.#options = options;
  }

  /** Resolves after the first attempt, successful or not. */
  static async start(options: LibvirtLinkOptions): Promise<LibvirtLink> {
    const link = new LibvirtLink(options);
    await link.#attempt();
    link.#running = link.#keep();
    return link;
  }

  get quick(): LibvirtConnection {
    return this.#connected().quick;
  }

  get slow(): LibvirtConnection {
    return this.#connected().slow;
  }

  get isConnected(): boolean {
    return this.#pair !== undefined;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await closePair(this.#pair);
    await this.#running;
  }

  #connected(): Pair {
    if (this.#pair) return this.#pair;
    const message = `libvirt does not answer at ${this.#options.sockets.join(", ")}: ${messageOf(this.#failure)}`;
    throw new HypervisorError("LibvirtUnreachable", message, { cause: this.#failure });
  }

  async #keep(): Promise<void> {
    const { clock, backoff } = this.#options;
    while (!this.#stop.signal.aborted) {
      if (this.#pair) await this.#ended(this.#pair);
      else await clock.sleep(backoff.next("libvirt"), this.#stop.signal).catch(() => undefined);
      if (!this.#stop.signal.aborted) await this.#attempt();
    }
    await closePair(this.#pair);
    this.#pair = undefined;
  }

  async #ended(pair: Pair): Promise<void> {
    this.#failure = (await Promise.race([pair.quick.closed, pair.slow.closed])) ?? new Error("closed");
    this.#pair = undefined;
    await closePair(pair);
    if (this.#stop.signal.aborted) return;
    this.#options.log.warn({ error: this.#failure }, "connection to libvirt lost");
    this.#options.onChange(false);
  }

  async #attempt(): Promise<void> {
    for (const socketPath of this.#options.sockets) {
      try {
        this.#pair = await this.#openPair(socketPath);
        this.#options.backoff.forget("libvirt");
        this.#options.log.info({ socketPath, uri: this.#options.uri }, "connected to libvirt");
        this.#options.onChange(true);
        return;
      } catch (error) {
        this.#failure = error;
      }
    }
    this.#options.log.debug({ error: this.#failure }, "libvirt does not answer");
  }

  async #openPair(socketPath: string): Promise<Pair> {
    const quick = await this.#open(socketPath);
    try {
      await this.#subscribe(quick);
      return { quick, slow: await this.#open(socketPath) };
    } catch (error) {
      await quick.close();
      throw error;
    }
  }

  #open(socketPath: string): Promise<LibvirtConnection> {
    const { uri, clock } = this.#options;
    return LibvirtConnection.open({
      transport: { socketPath },
      uri,
      clock,
      signal: this.#stop.signal,
      timeoutMs: CALL_TIMEOUT_MS,
    });
  }

  async #subscribe({ events }: LibvirtConnection): Promise<void> {
    await events.subscribe("domainLifecycle", this.#options.onDomainEvent);
    // libvirt's test driver has no agents.
    await events
      .subscribe("agentLifecycle", ({ domain }) => this.#options.onAgentEvent(domain.uuid))
      .catch(() => undefined);
    // A libvirt whose network driver is missing has none to tell of.
    await events.subscribe("networkLifecycle", () => this.#options.onNetworkEvent()).catch(() => undefined);
  }
}

async function closePair(pair: Pair | undefined): Promise<void> {
  await Promise.all([pair?.quick.close(), pair?.slow.close()]);
}
