import { eventMessages, eventProcedures } from "./event-procedures.ts";
import type { EventMessage, Procedure } from "./procedure.ts";
import type { DomainRef, NetworkRef } from "./wire-refs.ts";
import type { Codec } from "./xdr-codec.ts";

const domainLifecycleNames = [
  "defined",
  "undefined",
  "started",
  "suspended",
  "resumed",
  "stopped",
  "shutdown",
  "pmsuspended",
  "crashed",
] as const;
const networkLifecycleNames = ["defined", "undefined", "started", "stopped"] as const;

/** `detail` is a number of the event's own virDomainEvent<Event>DetailType. `shutdown`: the guest is on its way. */
export interface DomainLifecycleEvent {
  readonly domain: DomainRef;
  readonly event: (typeof domainLifecycleNames)[number] | "unknown";
  readonly detail: number;
}

export interface DomainRebootEvent {
  readonly domain: DomainRef;
}

/** `reason`: 0 unknown, 1 the domain started, 2 the channel changed. */
export interface AgentLifecycleEvent {
  readonly domain: DomainRef;
  readonly state: "connected" | "disconnected" | "unknown";
  readonly reason: number;
}

export interface NetworkLifecycleEvent {
  readonly network: NetworkRef;
  readonly event: (typeof networkLifecycleNames)[number] | "unknown";
}

export interface EventsByKind {
  domainLifecycle: DomainLifecycleEvent;
  domainReboot: DomainRebootEvent;
  agentLifecycle: AgentLifecycleEvent;
  networkLifecycle: NetworkLifecycleEvent;
}

type Callback = { callbackId: number };
type Nothing = Record<never, never>;

/** How one kind is asked for, and how its message becomes an event. */
export interface EventKind<Event> {
  readonly eventId: number;
  readonly register: Procedure<{ eventId: number; object: null }, Callback>;
  readonly deregister: Procedure<Callback, Nothing>;
  readonly message: EventMessage<{ callbackId: number; event: Event }>;
}

/** Maps what is read; nothing of ours ever sends one of these. */
const translated = <Wire extends Callback, Event>(
  { number, name, body }: EventMessage<Wire>,
  translate: (wire: Wire) => Event,
): EventMessage<{ callbackId: number; event: Event }> => {
  const codec: Codec<{ callbackId: number; event: Event }> = {
    read: (reader) => {
      const wire = body.read(reader);
      return { callbackId: wire.callbackId, event: translate(wire) };
    },
    write: () => {
      throw new TypeError(`${name} comes from the server only`);
    },
  };
  return { number, name, body: codec };
};

const onDomain = { register: eventProcedures.domainRegister, deregister: eventProcedures.domainDeregister };
const onNetwork = { register: eventProcedures.networkRegister, deregister: eventProcedures.networkDeregister };

export const eventKinds: { readonly [K in keyof EventsByKind]: EventKind<EventsByKind[K]> } = {
  domainLifecycle: {
    ...onDomain,
    eventId: 0,
    message: translated(eventMessages.domainLifecycle, ({ domain, event, detail }) => ({
      domain,
      event: domainLifecycleNames[event] ?? "unknown",
      detail,
    })),
  },
  domainReboot: {
    ...onDomain,
    eventId: 1,
    message: translated(eventMessages.domainReboot, ({ domain }) => ({ domain })),
  },
  agentLifecycle: {
    ...onDomain,
    eventId: 18,
    message: translated(eventMessages.agentLifecycle, ({ domain, state, reason }) => ({
      domain,
      state: ([undefined, "connected", "disconnected"] as const)[state] ?? "unknown",
      reason,
    })),
  },
  networkLifecycle: {
    ...onNetwork,
    eventId: 0,
    message: translated(eventMessages.networkLifecycle, ({ network, event }) => ({
      network,
      event: networkLifecycleNames[event] ?? "unknown",
    })),
  },
};
