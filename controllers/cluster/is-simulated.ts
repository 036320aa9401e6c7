import type { ObservedHost } from "../../resources/observed.ts";

/** Its guests are in the memory of its fleet's process, and end with it (decision 0130); as it says itself. */
export const isSimulated = (host: ObservedHost | undefined): boolean =>
  host !== undefined && Object.hasOwn(host.versions, "simulated");
