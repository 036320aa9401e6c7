import type { HypervisorFacts } from "../../../controllers/cluster/hypervisor-facts.ts";
import { NO_PEERS, type Peers, placesOf } from "../../../controllers/scheduler/peers.ts";
import { isSelected, type LabelValues } from "../../../resources/label-selector.ts";

export interface PlacedPeer {
  readonly labels: LabelValues;
  readonly host: HypervisorFacts;
}

/** Peers counted one by one: slow, and plainly right. */
export function somePeers(placed: readonly PlacedPeer[], more: Partial<Peers> = {}): Peers {
  return {
    ...NO_PEERS,
    count: (selector) => placed.filter(({ labels }) => isSelected(selector, labels)).length,
    countAt: (topology, value, selector) =>
      placed.filter(({ labels, host }) => placesOf(host, topology).includes(value) && isSelected(selector, labels))
        .length,
    ...more,
  };
}
