import type { Candidate, ProviderSummary } from "../../../placement/placement.ts";
import type { HypervisorFacts } from "../../cluster/hypervisor-facts.ts";
import type { Peers, Wish } from "../peers.ts";

/** A candidate whose host passed every filter. */
export interface Contender {
  readonly host: HypervisorFacts;
  readonly candidate: Candidate;
  /** Of the candidate's provider; undefined: Placement told nothing. */
  readonly summary: ProviderSummary | undefined;
}

/** One thing by which hosts are better or worse. Pure, and cheap for a wish that does not care. */
export interface Score {
  readonly name: string;
  /** What a 1 counts beside those of the other scores. */
  readonly weight: number;
  /** 0 (worst) to 1 (best). */
  readonly of: (contender: Contender, wish: Wish, peers: Peers) => number;
}
