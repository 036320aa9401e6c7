import { notServing } from "../../cluster/hypervisor-facts.ts";
import type { Filter } from "./filter.ts";

/** Not going, cordoned, silent or stopped, and its libvirt answers. */
export const available: Filter = {
  name: "available",
  refuse: (host) => notServing(host) ?? whyUnreachable(host.observed?.value.facts.LibvirtReachable),
};

const whyUnreachable = (fact: { readonly ok: boolean; readonly reason: string } | undefined): string | undefined =>
  fact?.ok === false ? fact.reason : undefined;
