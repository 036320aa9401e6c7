import type { Filter } from "./filter.ts";

/** Disks need the host's storage pool, with room in it. */
export const poolReachable: Filter = {
  name: "poolReachable",
  refuse: ({ observed }) => {
    const fact = observed?.value.facts.StoragePoolReady;
    return fact?.ok === false ? fact.reason : undefined;
  },
};
