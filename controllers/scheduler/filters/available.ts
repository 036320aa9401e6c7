import { brokenPart, type HypervisorFacts, notServing } from "../../cluster/hypervisor-facts.ts";
import { COST, type Explanation, type Filter } from "./filter.ts";

/** Not going, cordoned, silent or stopped, and its libvirt answers. */
export const available: Filter = {
  name: "available",
  refuse: (host) => notServing(host) ?? whyUnreachable(host.observed?.value.facts.LibvirtReachable),
  explain: (host) => WORDS[notServing(host) ?? ""]?.(host) ?? { text: brokenPart(host)?.message },
};

const back = (text: string, way: string): Explanation => ({ text, remedy: { ways: [way], cost: COST.host } });

/** By reason. A host that goes, or only observes, is meant to be so. */
const WORDS: Readonly<Record<string, (host: HypervisorFacts) => Explanation>> = {
  Cordoned: ({ name }) => ({ text: "cordoned", remedy: { ways: [`${name} uncordoned`], cost: COST.hypervisor } }),
  ManifestUnreadable: ({ name, unreadable }) => back(`its manifest is damaged: ${unreadable}`, `${name} applied anew`),
  HostSilent: ({ name }) => back("silent: no heartbeat", `${name} alive again`),
  NotReporting: ({ name }) => back("declared, and no node has ever reported for it", `a node that runs on ${name}`),
  Shutdown: ({ name }) => back("its node is stopped", `the node of ${name} started`),
  Terminating: () => ({ text: "being deleted" }),
  ObserveOnly: () => ({ text: "it only observes" }),
};

const whyUnreachable = (fact: { readonly ok: boolean; readonly reason: string } | undefined): string | undefined =>
  fact?.ok === false ? fact.reason : undefined;
