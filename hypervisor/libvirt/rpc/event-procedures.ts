import { type EventMessage, procedure } from "./procedure.ts";
import { domainRef, networkRef } from "./wire-refs.ts";
import { type Codec, int32, nothing, optional, struct } from "./xdr-codec.ts";

/** A null pointer where one domain or network could be named: events of all of them. */
const everyObject: Codec<null> = { read: (r) => optional(domainRef).read(r) && null, write: (w) => w.uint32(0) };

const callback = struct({ callbackId: int32 });

export const eventProcedures = {
  networkRegister: procedure(
    313,
    "CONNECT_NETWORK_EVENT_REGISTER_ANY",
    struct({ eventId: int32, object: everyObject }),
    callback,
  ),
  networkDeregister: procedure(314, "CONNECT_NETWORK_EVENT_DEREGISTER_ANY", callback, nothing),
  domainRegister: procedure(
    316,
    "CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY",
    struct({ eventId: int32, object: everyObject }),
    callback,
  ),
  domainDeregister: procedure(317, "CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY", callback, nothing),
};

const message = <Body>(number: number, name: string, body: Codec<Body>): EventMessage<Body> => ({ number, name, body });

export const eventMessages = {
  networkLifecycle: message(
    315,
    "NETWORK_EVENT_LIFECYCLE",
    struct({ callbackId: int32, network: networkRef, event: int32, detail: int32 }),
  ),
  domainLifecycle: message(
    318,
    "DOMAIN_EVENT_CALLBACK_LIFECYCLE",
    struct({ callbackId: int32, domain: domainRef, event: int32, detail: int32 }),
  ),
  domainReboot: message(319, "DOMAIN_EVENT_CALLBACK_REBOOT", struct({ callbackId: int32, domain: domainRef })),
  agentLifecycle: message(
    348,
    "DOMAIN_EVENT_CALLBACK_AGENT_LIFECYCLE",
    struct({ callbackId: int32, domain: domainRef, state: int32, reason: int32 }),
  ),
};
