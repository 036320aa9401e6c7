import type { Interface } from "../../../resources/instance.ts";
import type { ObservedHost } from "../../../resources/observed.ts";
import { DEFAULT_NETWORK } from "../../../resources/resolve-instance.ts";
import { COST, type Filter, type Remedy } from "./filter.ts";

const DEFAULT_INTERFACES: readonly Interface[] = [{ name: "default" }];

/** Every named network and bridge must exist there; `vmctl0` is made by the node itself, if it can. */
export const connected: Filter = {
  name: "connected",
  refuse: ({ observed }, { spec }) => {
    for (const item of spec.interfaces ?? DEFAULT_INTERFACES) {
      const missing = missingLink(item, observed?.value);
      if (missing !== undefined) return missing;
    }
    return undefined;
  },
  explain: ({ name, observed }, { spec }) => {
    const interfaces = spec.interfaces ?? DEFAULT_INTERFACES;
    const missing = interfaces.flatMap((item) =>
      missingLink(item, observed?.value) === undefined ? [] : [linkOf(item)],
    );
    const links = [...new Set(missing)];
    const remedy: Remedy = { ways: [`${links.join(" and ")} on ${name}`], cost: COST.host * links.length };
    return { text: `no ${links.join(", no ")}`, remedy };
  },
};

const linkOf = ({ network = DEFAULT_NETWORK, bridge }: Interface): string =>
  bridge === undefined ? `network ${network}` : `bridge ${bridge}`;

/** Of a host that never reported nobody knows: it is not available for that alone. */
function missingLink({ network = DEFAULT_NETWORK, bridge }: Interface, host: ObservedHost | undefined) {
  if (!host) return undefined;
  if (bridge !== undefined) return host.bridges.includes(bridge) ? undefined : `bridge ${bridge} missing`;
  if (network === DEFAULT_NETWORK && host.facts.NetworkReady.ok) return undefined;
  return host.networks.includes(network) ? undefined : `network ${network} missing`;
}
