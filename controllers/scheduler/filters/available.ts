import { brokenPart, notServing } from "../../cluster/hypervisor-facts.ts";
import { COST, type Explanation, type Filter } from "./filter.ts";

/** Not going, cordoned, silent or stopped, and its libvirt answers. */
export const available: Filter = {
  name: "available",
  refuse: (host) => notServing(host) ?? whyUnreachable(host.observed?.value.facts.LibvirtReachable),
  explain: (host) => WORDS[notServing(host) ?? ""]?.(host.name) ?? { text: brokenPart(host)?.message },
};

const back = (text: string, way: string): Explanation => ({ text, remedy: { ways: [way], cost: COST.host } });

/** By reason. A host that goes, or only observes, is meant to be so. */
const WORDS: Readonly<Record<string, (host: string) => Explanation>> = {
  Cordoned: (host) => ({ text: "cordoned", remedy: { ways: [`${host} uncordoned`], cost: COST.hypervisor } }),
  HostSilent: (host) => back("silent: no heartbeat", `${host} alive again`),
  NotReporting: (host) => back("its node has reported nothing yet", `a node that runs on ${host}`),
  Shutdown: (host) => back("its node is stopped", `the node of ${host} started`),
  Terminating: () => ({ text: "being deleted" }),
  ObserveOnly: () => ({ text: "it only observes" }),
};

const whyUnreachable = (fact: { readonly ok: boolean; readonly reason: string } | undefined): string | undefined =>
  fact?.ok === false ? fact.reason : undefined;
