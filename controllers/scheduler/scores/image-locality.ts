import type { Score } from "./score.ts";

/**
 * A host that has the image starts sooner. Less than the coarseness of the room: among hosts that are equally full it
 * decides, and never brings two instances to one host where there are two empty ones.
 */
export const imageLocality: Score = {
  name: "imageLocality",
  weight: 0.009,
  of: ({ host }, _wish, peers) => (peers.imageOn(host.name)?.isCached ? 1 : 0),
};
