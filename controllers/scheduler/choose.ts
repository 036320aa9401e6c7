import type { Candidate, Candidates } from "../../placement/placement.ts";
import type { HypervisorFacts } from "../cluster/hypervisor-facts.ts";
import { firstRefusal } from "./filters/first-refusal.ts";
import type { Peers, Wish } from "./peers.ts";
import { best } from "./scores/rank.ts";
import type { Contender } from "./scores/score.ts";

export interface Choice {
  readonly host: HypervisorFacts;
  readonly candidate: Candidate;
}
export interface Chosen {
  readonly choice: Choice | undefined;
  /** Why hosts are no choice, by reason; Placement's reasons only when there is no choice at all. */
  readonly refused: ReadonlyMap<string, number>;
}

export interface ChooseParts {
  readonly peers: Peers;
  /** The hypervisor that a provider stands for. */
  readonly hostOf: (provider: string) => HypervisorFacts | undefined;
}

/** Filters the candidates and takes the best of the rest; pure. */
export function choose(wish: Wish, answer: Candidates, { peers, hostOf }: ChooseParts): Chosen {
  const refused = new Map<string, number>();
  const refuse = (reason: string, count: number): void => void refused.set(reason, (refused.get(reason) ?? 0) + count);
  const contenders: Contender[] = [];
  for (const candidate of answer.candidates) {
    const host = hostOf(candidate.provider);
    const reason = host ? firstRefusal(host, wish, peers)?.reason : "not a hypervisor of this cluster";
    if (host && reason === undefined)
      contenders.push({ host, candidate, summary: answer.providers[candidate.provider] });
    else refuse(reason ?? "", 1);
  }
  const choice = best(contenders, wish, peers)?.contender;
  // Placement looks at every host to say them.
  if (!choice) for (const { reason, count } of answer.reasons) refuse(reason, count);
  return { choice, refused };
}

/** Such as `3 insufficient MEMORY_MB, 1 Cordoned`. */
export const refusalsText = (refused: ReadonlyMap<string, number>): string =>
  [...refused]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, count]) => `${count} ${reason}`)
    .join(", ");
