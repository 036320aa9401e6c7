import type { Filter } from "./filter.ts";

/** Where the image could not be had when another instance tried, the next one need not try. */
export const imageObtainable: Filter = {
  name: "imageObtainable",
  refuse: (host, _wish, peers) => {
    const problem = peers.imageOn(host.name)?.problem;
    return problem === undefined ? undefined : `image not to be had: ${problem}`;
  },
};
