import type { HostFact } from "../../../resources/observed.ts";
import { type HypervisorFacts, hypervisorSpec, notServing } from "../../cluster/hypervisor-facts.ts";
import { kvmMissing, kvmMissingText } from "../../cluster/kvm-missing.ts";
import { COST, type Explanation, type Filter } from "./filter.ts";

/** Not going, cordoned, silent or stopped, and its libvirt answers and runs guests as the manifest wants them run. */
export const available: Filter = {
  name: "available",
  refuse: (host) => notServing(host) ?? broken(host)?.reason,
  explain: (host) => {
    const fact = broken(host);
    return WORDS[notServing(host) ?? fact?.reason ?? ""]?.(host) ?? { text: fact?.message };
  },
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
  KvmUnusable: ({ name, observed }) => ({
    text: observed && kvmMissingText(observed.value.facts.KvmUsable),
    remedy: { ways: [`spec.virtType of ${name} qemu or auto`], cost: COST.hypervisor },
  }),
};

/** What of the host itself keeps everything away, whatever it needs. */
function broken(host: HypervisorFacts): HostFact | undefined {
  const observed = host.observed?.value;
  const libvirt = observed?.facts.LibvirtReachable;
  return libvirt?.ok === false ? libvirt : kvmMissing(hypervisorSpec(host), observed);
}
