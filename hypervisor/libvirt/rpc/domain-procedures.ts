import { procedure } from "./procedure.ts";
import { typedParams } from "./typed-params.ts";
import { domainRef } from "./wire-refs.ts";
import { array, flag, int32, nothing, optional, size, string, struct, uint32, uint64, uuid } from "./xdr-codec.ts";

const maxDomains = 16384;

const onDomain = struct({ dom: domainRef });
const onDomainFlags = struct({ dom: domainRef, flags: uint32 });
const oneDomain = struct({ dom: domainRef });

const address = struct({ type: int32, address: string, prefix: uint32 });
const guestInterface = struct({ name: string, mac: optional(string), addresses: array(address, 2048) });

export const domainProcedures = {
  getXmlDesc: procedure(14, "DOMAIN_GET_XML_DESC", onDomainFlags, struct({ xml: string })),
  getInfo: procedure(
    16,
    "DOMAIN_GET_INFO",
    onDomain,
    struct({ state: uint32, maxMemoryKiB: size, memoryKiB: size, vcpus: uint32, cpuTimeNs: uint64 }),
  ),
  lookupByName: procedure(23, "DOMAIN_LOOKUP_BY_NAME", struct({ name: string }), oneDomain),
  lookupByUuid: procedure(24, "DOMAIN_LOOKUP_BY_UUID", struct({ uuid }), oneDomain),
  reboot: procedure(27, "DOMAIN_REBOOT", onDomainFlags, nothing),
  resume: procedure(28, "DOMAIN_RESUME", onDomain, nothing),
  setAutostart: procedure(29, "DOMAIN_SET_AUTOSTART", struct({ dom: domainRef, autostart: flag }), nothing),
  suspend: procedure(34, "DOMAIN_SUSPEND", onDomain, nothing),
  createWithFlags: procedure(196, "DOMAIN_CREATE_WITH_FLAGS", onDomainFlags, oneDomain),
  getState: procedure(212, "DOMAIN_GET_STATE", onDomainFlags, struct({ state: int32, reason: int32 })),
  undefineFlags: procedure(231, "DOMAIN_UNDEFINE_FLAGS", onDomainFlags, nothing),
  destroyFlags: procedure(234, "DOMAIN_DESTROY_FLAGS", onDomainFlags, nothing),
  reset: procedure(245, "DOMAIN_RESET", onDomainFlags, nothing),
  blockResize: procedure(
    251,
    "DOMAIN_BLOCK_RESIZE",
    struct({ dom: domainRef, disk: string, size, flags: uint32 }),
    nothing,
  ),
  shutdownFlags: procedure(258, "DOMAIN_SHUTDOWN_FLAGS", onDomainFlags, nothing),
  setMetadata: procedure(
    264,
    "DOMAIN_SET_METADATA",
    struct({
      dom: domainRef,
      type: int32,
      metadata: optional(string),
      key: optional(string),
      uri: optional(string),
      flags: uint32,
    }),
    nothing,
  ),
  getMetadata: procedure(
    265,
    "DOMAIN_GET_METADATA",
    struct({ dom: domainRef, type: int32, uri: optional(string), flags: uint32 }),
    struct({ metadata: string }),
  ),
  listAll: procedure(
    273,
    "CONNECT_LIST_ALL_DOMAINS",
    struct({ needResults: flag, flags: uint32 }),
    struct({ domains: array(domainRef, maxDomains), count: uint32 }),
  ),
  getAllStats: procedure(
    344,
    "CONNECT_GET_ALL_DOMAIN_STATS",
    struct({ domains: array(domainRef, maxDomains), stats: uint32, flags: uint32 }),
    struct({ records: array(struct({ dom: domainRef, params: typedParams(262144) }), 262144) }),
  ),
  defineXmlFlags: procedure(350, "DOMAIN_DEFINE_XML_FLAGS", struct({ xml: string, flags: uint32 }), oneDomain),
  interfaceAddresses: procedure(
    353,
    "DOMAIN_INTERFACE_ADDRESSES",
    struct({ dom: domainRef, source: uint32, flags: uint32 }),
    struct({ interfaces: array(guestInterface, 16384) }),
  ),
};
