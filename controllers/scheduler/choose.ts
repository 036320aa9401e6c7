import { createHash } from "node:crypto";
import type { Candidate, Candidates } from "../../placement/placement.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import type { HypervisorFacts } from "../cluster/hypervisor-facts.ts";
import { firstRefusal } from "./filters.ts";

export interface Choice {
  readonly host: HypervisorFacts;
  readonly candidate: Candidate;
}
export interface Chosen {
  /** Best first; empty: nowhere. */
  readonly choices: readonly Choice[];
  /** Why each host that is no choice was refused, counted: `3 insufficient MEMORY_MB`. */
  readonly refusals: readonly string[];
}

/** Filters and scores the candidates; pure. */
export function choose(
  uid: string,
  spec: InstanceSpec,
  answer: Candidates,
  hostOf: (provider: string) => HypervisorFacts | undefined,
): Chosen {
  const refused = new Map<string, number>(answer.reasons.map(({ reason, count }) => [reason, count]));
  const scored: { choice: Choice; score: number; tie: string }[] = [];
  for (const candidate of answer.candidates) {
    const host = hostOf(candidate.provider);
    const reason = host ? firstRefusal(host, spec) : "not a hypervisor of this cluster";
    if (!host || reason !== undefined) {
      const text = reason ?? "unknown";
      refused.set(text, (refused.get(text) ?? 0) + 1);
      continue;
    }
    const score = spreadScore(answer.providers[candidate.provider]);
    scored.push({ choice: { host, candidate }, score, tie: tieBreak(uid, host.name) });
  }
  scored.sort((a, b) => b.score - a.score || (a.tie < b.tie ? -1 : 1));
  const refusals = [...refused].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, count]) => `${count} ${reason}`);
  return { choices: scored.map(({ choice }) => choice), refusals };
}

/** Spread: the free share of the scarcest of memory and CPUs, 0 to 1, coarse so that near equals tie. */
export function spreadScore(provider: Candidates["providers"][string] | undefined): number {
  if (!provider) return 0;
  const shares = ["MEMORY_MB", "VCPU"].map((name) => {
    const capacity = provider.capacity[name] ?? 0;
    return capacity > 0 ? (capacity - (provider.used[name] ?? 0)) / capacity : 0;
  });
  return Math.round(Math.min(...shares) * 100) / 100;
}

/** Equal hosts are taken in an order that differs per instance, so equals spread. */
const tieBreak = (uid: string, host: string): string => createHash("sha256").update(`${uid}/${host}`).digest("hex");
