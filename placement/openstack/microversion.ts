import { PlacementError } from "../placement-error.ts";

/** Pinned: what a later server adds or takes away cannot change what our requests mean (P3). */
export const MICROVERSION = "1.39";

interface Versions {
  readonly versions?: readonly { readonly min_version?: string; readonly max_version?: string }[];
}

/** Throws `Incompatible` unless the server's document of versions covers ours. */
export function negotiate(document: unknown): void {
  const [version] = (document as Versions | undefined)?.versions ?? [];
  const { min_version: min, max_version: max } = version ?? {};
  if (min === undefined || max === undefined)
    throw new PlacementError("Incompatible", "this is no Placement: its root names no microversions");
  if (compare(max, MICROVERSION) < 0 || compare(min, MICROVERSION) > 0) {
    const need = `we need ${MICROVERSION} (OpenStack Yoga, Placement 7.0, or later)`;
    throw new PlacementError("Incompatible", `Placement speaks microversions ${min} to ${max}; ${need}`);
  }
}

/** By number: 1.4 is older than 1.39. */
function compare(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split(".").map(Number);
  const [bMajor = 0, bMinor = 0] = b.split(".").map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}
