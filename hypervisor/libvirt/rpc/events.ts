import { type EventsByKind, eventKinds } from "./event-kinds.ts";
import { EventSource } from "./event-source.ts";
import type { Frame } from "./frame.ts";
import type { CallOptions } from "./pending-call.ts";
import type { RpcChannel } from "./rpc-channel.ts";

export interface Subscription {
  /** Idempotent. No listener call after it was called; resolves also when the connection is gone. */
  close(options?: CallOptions): Promise<void>;
}

type Sources = { readonly [K in keyof EventsByKind]: EventSource<EventsByKind[K]> };

/**
 * Events of all domains and networks, in the order libvirt sent them, each once per subscription. Events are lost
 * when the connection is: subscribe on the new one first, then list. A listener that throws is a bug of its owner; the
 * error is thrown again outside the stream, where it is an uncaught exception.
 */
export class Events {
  readonly #channel: () => RpcChannel;
  readonly #sources: Sources = {
    domainLifecycle: new EventSource(eventKinds.domainLifecycle),
    domainReboot: new EventSource(eventKinds.domainReboot),
    agentLifecycle: new EventSource(eventKinds.agentLifecycle),
    networkLifecycle: new EventSource(eventKinds.networkLifecycle),
  };
  readonly #byMessage = new Map<number, { receive(frame: Frame): void }>(
    Object.entries(this.#sources).map(([name, source]) => [eventKinds[name as keyof Sources].message.number, source]),
  );

  constructor(channel: () => RpcChannel) {
    this.#channel = channel;
  }

  /** The listener may be called before this resolves. */
  async subscribe<K extends keyof EventsByKind>(
    kind: K,
    listener: (event: EventsByKind[K]) => void,
    options?: CallOptions,
  ): Promise<Subscription> {
    const source: EventSource<EventsByKind[K]> = this.#sources[kind];
    // A function of its own, so that one listener may subscribe twice.
    const own = (event: EventsByKind[K]) => listener(event);
    await source.add(own, this.#channel(), options);
    return { close: (closeOptions) => source.remove(own, this.#channel(), closeOptions) };
  }

  /** A message that the server sent on its own. Kinds that are not in the table are dropped; malformed ones throw. */
  receive(frame: Frame): void {
    this.#byMessage.get(frame.procedure)?.receive(frame);
  }
}
