import type { ProviderSummary } from "../../../placement/placement.ts";
import type { Score } from "./score.ts";

/** Spread: the emptiest host is the best. Pack: the fullest one is. By the scarcest of memory and CPUs. */
export const room: Score = {
  name: "room",
  weight: 1,
  of: ({ summary }, { spec }) => {
    const free = freeShare(summary);
    return spec.schedulingStrategy === "Pack" ? 1 - free : free;
  },
};

const SCARCE = ["MEMORY_MB", "VCPU"] as const;

/**
 * The free share of the scarcest of memory and CPUs, 0 to 1, coarse so that near equals tie. What the provider does not
 * have (its children do) does not count; nothing known is no room.
 */
export function freeShare(summary: ProviderSummary | undefined): number {
  let least: number | undefined;
  for (const name of SCARCE) {
    const capacity = summary?.capacity[name] ?? 0;
    if (capacity <= 0) continue;
    const share = (capacity - (summary?.used[name] ?? 0)) / capacity;
    least = Math.min(least ?? 1, share);
  }
  return Math.round(Math.max(0, least ?? 0) * 100) / 100;
}
