import type { InstanceSpec, Interface } from "../../resources/instance.ts";
import type { ObservedHost } from "../../resources/observed.ts";
import { DEFAULT_NETWORK } from "../../resources/resolve-instance.ts";
import { type HypervisorFacts, unavailable } from "../cluster/hypervisor-facts.ts";

/**
 * What Placement cannot express. A filter answers a reason, or undefined when the host may be used; the reasons
 * are counted per host in the Scheduled=False message.
 */
export type Filter = (host: HypervisorFacts, spec: InstanceSpec) => string | undefined;

const available: Filter = (host) => unavailable(host);

const selected: Filter = (host, spec) => {
  const labels = host.spec?.value.metadata.labels ?? {};
  const missing = Object.entries(spec.hypervisorSelector ?? {}).find(([key, value]) => labels[key] !== value);
  return missing && `hypervisorSelector ${missing[0]}=${missing[1]} not met`;
};

/** Every named network and bridge must exist there; `vmctl0` is made by the node itself, if it can. */
const connected: Filter = (host, spec) => {
  const observed = host.observed?.value;
  const missing = (spec.interfaces ?? [{ name: "default" }]).flatMap((item) => missingLink(item, observed) ?? []);
  return missing[0];
};

function missingLink({ network = DEFAULT_NETWORK, bridge }: Interface, host: ObservedHost | undefined) {
  if (bridge !== undefined) return host?.bridges.includes(bridge) ? undefined : `bridge ${bridge} missing`;
  if (network === DEFAULT_NETWORK && host?.facts.NetworkReady.ok) return undefined;
  return host?.networks.includes(network) ? undefined : `network ${network} missing`;
}

const untainted: Filter = (host) => {
  const taint = host.spec?.value.spec.taints?.find((candidate) => candidate.effect === "NoSchedule");
  return taint && `taint ${taint.key}`;
};

/** In this order: the first refusal is the one that is counted. */
const FILTERS: readonly Filter[] = [available, untainted, selected, connected];

export function firstRefusal(host: HypervisorFacts, spec: InstanceSpec): string | undefined {
  for (const filter of FILTERS) {
    const reason = filter(host, spec);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
