import type { EventKind } from "./event-kinds.ts";
import type { Frame } from "./frame.ts";
import type { CallOptions } from "./pending-call.ts";
import type { RpcChannel } from "./rpc-channel.ts";
import { decode } from "./xdr-codec.ts";

/**
 * All listeners of one kind of event. libvirt takes one registration of a kind per connection, so the listeners share
 * it: the first one registers, the last one to leave deregisters, and changes wait for each other.
 */
export class EventSource<Event> {
  readonly #kind: EventKind<Event>;
  readonly #listeners = new Set<(event: Event) => void>();
  #callbackId: number | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(kind: EventKind<Event>) {
    this.#kind = kind;
  }

  /** The listener may be called before this resolves; it is not called any more after a rejection. */
  async add(listener: (event: Event) => void, channel: RpcChannel, options?: CallOptions): Promise<void> {
    this.#listeners.add(listener);
    try {
      await this.#settle(channel, options);
    } catch (error) {
      this.#listeners.delete(listener);
      throw error;
    }
  }

  /** What cannot be deregistered any more (the connection is gone) is gone. */
  async remove(listener: (event: Event) => void, channel: RpcChannel, options?: CallOptions): Promise<void> {
    if (this.#listeners.delete(listener)) await this.#settle(channel, options).catch(() => {});
  }

  /** Decodes also when nobody listens: a malformed event always throws. */
  receive(frame: Frame): void {
    const { event } = decode(this.#kind.message.body, frame.body);
    for (const listener of [...this.#listeners]) deliver(listener, event);
  }

  #settle(channel: RpcChannel, options?: CallOptions): Promise<void> {
    const turn = this.#turn.then(() => this.#match(channel, options));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Makes the registration what the listeners of this moment need. */
  async #match(channel: RpcChannel, options?: CallOptions): Promise<void> {
    const { register, deregister, eventId } = this.#kind;
    const callbackId = this.#callbackId;
    if (this.#listeners.size > 0 && callbackId === undefined) {
      this.#callbackId = (await channel.call(register, { eventId, object: null }, options)).callbackId;
    } else if (this.#listeners.size === 0 && callbackId !== undefined) {
      this.#callbackId = undefined;
      await channel.call(deregister, { callbackId }, options);
    }
  }
}

function deliver<Event>(listener: (event: Event) => void, event: Event): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
