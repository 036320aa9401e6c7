import { COST, type Filter, type Remedy } from "./filter.ts";

/** Disks need the host's storage pool, with room in it. */
export const poolReachable: Filter = {
  name: "poolReachable",
  refuse: ({ observed }) => {
    const fact = observed?.value.facts.StoragePoolReady;
    return fact?.ok === false ? fact.reason : undefined;
  },
  explain: ({ name, observed }) => {
    const { reason = "", message = "" } = observed?.value.facts.StoragePoolReady ?? {};
    const remedy: Remedy = { ways: [`the storage pool of ${name} in order`], cost: COST.host };
    return { text: message === "" ? reason : `${reason}: ${message}`, remedy };
  },
};
