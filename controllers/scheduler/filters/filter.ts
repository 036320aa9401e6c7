import type { HypervisorFacts } from "../../cluster/hypervisor-facts.ts";
import type { Peers, Wish } from "../peers.ts";

/**
 * What Placement cannot express, or may not know yet. Pure; it runs for each candidate of each decision, so what a
 * wish does not ask for must cost nothing.
 */
export interface Filter {
  readonly name: string;
  /** Why the host may not be used; undefined: it may. Hosts are counted by it in the Scheduled=False message. */
  readonly refuse: (host: HypervisorFacts, wish: Wish, peers: Peers) => string | undefined;
}
