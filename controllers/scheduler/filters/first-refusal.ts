import type { HypervisorFacts } from "../../cluster/hypervisor-facts.ts";
import type { Peers, Wish } from "../peers.ts";
import { available } from "./available.ts";
import { connected } from "./connected.ts";
import { farFromPeers } from "./far-from-peers.ts";
import type { Filter } from "./filter.ts";
import { imageObtainable } from "./image-obtainable.ts";
import { nearPeers } from "./near-peers.ts";
import { poolReachable } from "./pool-reachable.ts";
import { selected } from "./selected.ts";
import { untainted } from "./untainted.ts";

/** In this order: the first refusal is the one that is counted. First what is wrong with the host, then what is asked. */
export const FILTERS: readonly Filter[] = [
  available,
  poolReachable,
  untainted,
  selected,
  connected,
  imageObtainable,
  nearPeers,
  farFromPeers,
];

export interface Refused {
  /** Of the filter. */
  readonly filter: string;
  readonly reason: string;
}

/** What keeps a wish from a host; undefined: nothing. */
export function firstRefusal(host: HypervisorFacts, wish: Wish, peers: Peers): Refused | undefined {
  for (const { name, refuse } of FILTERS) {
    const reason = refuse(host, wish, peers);
    if (reason !== undefined) return { filter: name, reason };
  }
  return undefined;
}
