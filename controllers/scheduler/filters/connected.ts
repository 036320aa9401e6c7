import type { Interface } from "../../../resources/instance.ts";
import type { ObservedHost } from "../../../resources/observed.ts";
import { DEFAULT_NETWORK } from "../../../resources/resolve-instance.ts";
import type { Filter } from "./filter.ts";

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
};

function missingLink({ network = DEFAULT_NETWORK, bridge }: Interface, host: ObservedHost | undefined) {
  if (bridge !== undefined) return host?.bridges.includes(bridge) ? undefined : `bridge ${bridge} missing`;
  if (network === DEFAULT_NETWORK && host?.facts.NetworkReady.ok) return undefined;
  return host?.networks.includes(network) ? undefined : `network ${network} missing`;
}
