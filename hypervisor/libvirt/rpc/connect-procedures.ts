import { procedure } from "./procedure.ts";
import { array, chars, flag, int32, nothing, optional, size, string, struct, uint32, uint64 } from "./xdr-codec.ts";

/** The connection itself and the host below it. */
export const connectProcedures = {
  open: procedure(1, "CONNECT_OPEN", struct({ name: optional(string), flags: uint32 }), nothing),
  getType: procedure(3, "CONNECT_GET_TYPE", nothing, struct({ type: string })),
  getVersion: procedure(4, "CONNECT_GET_VERSION", nothing, struct({ version: uint64 })),
  getHostname: procedure(59, "CONNECT_GET_HOSTNAME", nothing, struct({ hostname: string })),
  supportsFeature: procedure(60, "CONNECT_SUPPORTS_FEATURE", struct({ feature: int32 }), struct({ supported: flag })),
  authList: procedure(66, "AUTH_LIST", nothing, struct({ types: array(int32, 20) })),
  authPolkit: procedure(70, "AUTH_POLKIT", nothing, struct({ complete: flag })),
  getUri: procedure(110, "CONNECT_GET_URI", nothing, struct({ uri: string })),
  getLibVersion: procedure(157, "CONNECT_GET_LIB_VERSION", nothing, struct({ version: uint64 })),
  getCapabilities: procedure(7, "CONNECT_GET_CAPABILITIES", nothing, struct({ xml: string })),
  getDomainCapabilities: procedure(
    342,
    "CONNECT_GET_DOMAIN_CAPABILITIES",
    struct({
      emulator: optional(string),
      arch: optional(string),
      machine: optional(string),
      virtType: optional(string),
      flags: uint32,
    }),
    struct({ xml: string }),
  ),
  nodeGetInfo: procedure(
    6,
    "NODE_GET_INFO",
    nothing,
    struct({
      model: chars(32),
      memoryKiB: size,
      cpus: int32,
      mhz: int32,
      nodes: int32,
      sockets: int32,
      cores: int32,
      threads: int32,
    }),
  ),
  nodeGetMemoryStats: procedure(
    228,
    "NODE_GET_MEMORY_STATS",
    struct({ count: int32, cell: int32, flags: uint32 }),
    struct({ stats: array(struct({ field: string, valueKiB: size }), 16), count: int32 }),
  ),
};
