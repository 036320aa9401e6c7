import { labelsOf } from "../peers.ts";
import { COST, type Filter } from "./filter.ts";

/** hypervisorSelector: all of its labels. */
export const selected: Filter = {
  name: "selected",
  refuse: (host, { spec: { hypervisorSelector } }) => {
    if (hypervisorSelector === undefined) return undefined;
    const labels = labelsOf(host);
    const missing = Object.entries(hypervisorSelector).find(([key, value]) => labels[key] !== value);
    return missing && `hypervisorSelector ${missing[0]}=${missing[1]} not met`;
  },
  explain: (host, { spec: { hypervisorSelector = {} } }) => {
    const labels = labelsOf(host);
    const missing = Object.entries(hypervisorSelector).filter(([key, value]) => labels[key] !== value);
    const words = missing.map(([key, value]) => `${key}=${value}`).join(" and ");
    const many = missing.length === 1 ? "label" : "labels";
    const ways = [`hypervisorSelector without ${words}`, `the ${many} ${words} on ${host.name}`] as const;
    return { remedy: { ways, cost: COST.instance * missing.length } };
  },
};
