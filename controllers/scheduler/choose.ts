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
  /** When there is no choice: why, of all hosts, by reason; Placement's reasons too. */
  readonly refused: ReadonlyMap<string, number>;
}

export interface ChooseParts {
  readonly peers: Peers;
  /** The hypervisor that a provider stands for. */
  readonly hostOf: (provider: string) => HypervisorFacts | undefined;
}

/**
 * The best of the candidates that pass the filters; pure. They are ranked first: mostly the best one passes, and then
 * nothing is asked of the others.
 */
export function choose(wish: Wish, answer: Candidates, { peers, hostOf }: ChooseParts): Chosen {
  const refused = new Map<string, number>();
  const refuse = (reason: string, count: number): void => void refused.set(reason, (refused.get(reason) ?? 0) + count);
  const passes = ({ host }: Pick<Contender, "host">): boolean => {
    const refusal = firstRefusal(host, wish, peers);
    if (refusal) refuse(refusal.reason, 1);
    return refusal === undefined;
  };
  const contenders: Contender[] = [];
  for (const candidate of answer.candidates) {
    const host = hostOf(candidate.provider);
    if (!host) refuse("not a hypervisor of this cluster", 1);
    else if (isReadable(host) || passes({ host }))
      contenders.push({ host, candidate, summary: answer.providers[candidate.provider] });
  }
  const choice = best(contenders, wish, peers, passes)?.contender;
  // Placement looks at every host to say them.
  if (!choice) for (const { reason, count } of answer.reasons) refuse(reason, count);
  return { choice, refused };
}

/** Scores read the manifest, which has to be in order for that. */
const isReadable = ({ spec, unreadable }: HypervisorFacts): boolean => spec !== undefined && unreadable === undefined;

/** Such as `3 insufficient MEMORY_MB, 1 Cordoned`. */
export const refusalsText = (refused: ReadonlyMap<string, number>): string =>
  [...refused]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, count]) => `${count} ${reason}`)
    .join(", ");
