import { labelsOf } from "../peers.ts";
import type { Filter } from "./filter.ts";

/** hypervisorSelector: all of its labels. */
export const selected: Filter = {
  name: "selected",
  refuse: (host, { spec: { hypervisorSelector } }) => {
    if (hypervisorSelector === undefined) return undefined;
    const labels = labelsOf(host);
    const missing = Object.entries(hypervisorSelector).find(([key, value]) => labels[key] !== value);
    return missing && `hypervisorSelector ${missing[0]}=${missing[1]} not met`;
  },
};
