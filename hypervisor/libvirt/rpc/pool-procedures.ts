import { procedure } from "./procedure.ts";
import { poolRef } from "./wire-refs.ts";
import { array, flag, nothing, size, string, struct, uint32, uuid } from "./xdr-codec.ts";

const onPoolFlags = struct({ pool: poolRef, flags: uint32 });
const onePool = struct({ pool: poolRef });

export const poolProcedures = {
  refresh: procedure(83, "STORAGE_POOL_REFRESH", onPoolFlags, nothing),
  lookupByName: procedure(84, "STORAGE_POOL_LOOKUP_BY_NAME", struct({ name: string }), onePool),
  lookupByUuid: procedure(85, "STORAGE_POOL_LOOKUP_BY_UUID", struct({ uuid }), onePool),
  getInfo: procedure(
    87,
    "STORAGE_POOL_GET_INFO",
    onePool,
    struct({ state: uint32, capacity: size, allocation: size, available: size }),
  ),
  getXmlDesc: procedure(88, "STORAGE_POOL_GET_XML_DESC", onPoolFlags, struct({ xml: string })),
  listAll: procedure(
    281,
    "CONNECT_LIST_ALL_STORAGE_POOLS",
    struct({ needResults: flag, flags: uint32 }),
    struct({ pools: array(poolRef, 16384), count: uint32 }),
  ),
};
