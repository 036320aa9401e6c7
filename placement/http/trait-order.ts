import type { PlacementState } from "../engine/state.ts";
import { STANDARD_TRAITS } from "../standard-traits.ts";

const STANDARD = new Map([...STANDARD_TRAITS].map((name, index) => [name, index]));

/** As ids were given: the standard traits in the order of their library, then custom ones as they became known. */
export function inIdOrder(state: PlacementState, traits: readonly string[]): readonly string[] {
  if (traits.length < 2) return traits;
  const wanted = new Set(traits);
  const standard = traits
    .filter((name) => STANDARD.has(name))
    .sort((a, b) => (STANDARD.get(a) ?? 0) - (STANDARD.get(b) ?? 0));
  if (standard.length === traits.length) return standard;
  const custom = [...state.customTraits()].filter((name) => wanted.has(name));
  return [...standard, ...custom];
}
