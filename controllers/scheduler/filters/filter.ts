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
  /** More of a refusal, for people; only asked for what was refused. */
  readonly explain?: (host: HypervisorFacts, wish: Wish) => Explanation;
}

export interface Explanation {
  /** Absent: the reason says it all. */
  readonly text?: string | undefined;
  /** Absent: nothing sensible can be said. */
  readonly remedy?: Remedy | undefined;
}

/** After what change nothing of a refusal would be left. */
export interface Remedy {
  /** One of these is enough; each follows "with". What the instance can do itself comes first. */
  readonly ways: readonly [string, ...string[]];
  /** How much it is, beside others: the hosts that need least are the nearest. */
  readonly cost: number;
}

/**
 * Guesses of how soon somebody does it: less of an amount (a share up to 1 is added), a line in the manifest, a line in
 * a Hypervisor, work on a host.
 */
export const COST = { amount: 0.1, instance: 1, hypervisor: 1.5, host: 4 } as const;
