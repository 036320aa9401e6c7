import { procedure } from "./procedure.ts";
import { networkRef } from "./wire-refs.ts";
import { array, flag, int32, int64, nothing, optional, string, struct, uint32, uuid } from "./xdr-codec.ts";

const onNetwork = struct({ net: networkRef });
const oneNetwork = struct({ net: networkRef });

const lease = struct({
  interface: string,
  expiresAt: int64,
  type: int32,
  mac: optional(string),
  iaid: optional(string),
  address: string,
  prefix: uint32,
  hostname: optional(string),
  clientId: optional(string),
});

export const networkProcedures = {
  create: procedure(39, "NETWORK_CREATE", onNetwork, nothing),
  defineXml: procedure(41, "NETWORK_DEFINE_XML", struct({ xml: string }), oneNetwork),
  destroy: procedure(42, "NETWORK_DESTROY", onNetwork, nothing),
  getXmlDesc: procedure(
    43,
    "NETWORK_GET_XML_DESC",
    struct({ net: networkRef, flags: uint32 }),
    struct({ xml: string }),
  ),
  getAutostart: procedure(44, "NETWORK_GET_AUTOSTART", onNetwork, struct({ autostart: flag })),
  getBridgeName: procedure(45, "NETWORK_GET_BRIDGE_NAME", onNetwork, struct({ name: string })),
  lookupByName: procedure(46, "NETWORK_LOOKUP_BY_NAME", struct({ name: string }), oneNetwork),
  lookupByUuid: procedure(47, "NETWORK_LOOKUP_BY_UUID", struct({ uuid }), oneNetwork),
  setAutostart: procedure(48, "NETWORK_SET_AUTOSTART", struct({ net: networkRef, autostart: flag }), nothing),
  undefine: procedure(49, "NETWORK_UNDEFINE", onNetwork, nothing),
  isActive: procedure(152, "NETWORK_IS_ACTIVE", onNetwork, struct({ active: flag })),
  listAll: procedure(
    283,
    "CONNECT_LIST_ALL_NETWORKS",
    struct({ needResults: flag, flags: uint32 }),
    struct({ networks: array(networkRef, 16384), count: uint32 }),
  ),
  getDhcpLeases: procedure(
    341,
    "NETWORK_GET_DHCP_LEASES",
    struct({ net: networkRef, mac: optional(string), needResults: flag, flags: uint32 }),
    struct({ leases: array(lease, 65536), count: uint32 }),
  ),
};
