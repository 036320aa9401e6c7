import type { CandidatesQuery } from "../../../placement/candidates-query.ts";
import type { Refusal } from "../../../placement/refusal.ts";
import type { Remedy } from "../filters/filter.ts";
import { type Obstacle, ofPlacement } from "./obstacles.ts";
import { onlyAt, relaxQuery } from "./relax-query.ts";

/** A host that cannot take the instance. */
export interface RefusedHost {
  readonly name: string;
  /** Uuid of its provider. */
  readonly provider: string;
  readonly refusals: readonly Refusal[];
  /** Not empty. */
  readonly obstacles: readonly Obstacle[];
}

export interface SmallestChange {
  readonly hypervisor: string;
  readonly text: string;
}

/** What stands in the way of one host in a query: Placement's answer. */
export type AskOne = (query: CandidatesQuery, provider: string) => Promise<readonly Refusal[]>;

/** How much has to change at least; Infinity: nobody could say what. */
export const costOf = (obstacles: readonly Obstacle[]): number =>
  obstacles.reduce((sum, { remedy }) => sum + (remedy?.cost ?? Number.POSITIVE_INFINITY), 0);

/** Questions to Placement for one answer: each is as much as a small decision, or a request over the network. */
const MAX_QUESTIONS = 6;

/**
 * The host that needs least, and what. Placement tells only of the first kind of trouble, so what it would say after the
 * change is asked for; nothing is promised that was not seen to be enough. `hosts`: the nearest first.
 */
export async function smallestChange(
  hosts: readonly RefusedHost[],
  query: CandidatesQuery,
  askOne: AskOne,
): Promise<SmallestChange | undefined> {
  let best: { readonly host: RefusedHost; readonly obstacles: readonly Obstacle[] } | undefined;
  let questions = MAX_QUESTIONS;
  const ask: AskOne = (asked, provider) => {
    questions -= 1;
    return askOne(onlyAt(asked, provider), provider);
  };
  for (const host of hosts) {
    if (costOf(host.obstacles) >= (best ? costOf(best.obstacles) : Number.POSITIVE_INFINITY) || questions <= 0) break;
    const more = await hidden(host, query, ask);
    const obstacles = more && [...host.obstacles, ...more];
    if (obstacles && costOf(obstacles) < (best ? costOf(best.obstacles) : Number.POSITIVE_INFINITY))
      best = { host, obstacles };
  }
  return best && { hypervisor: best.host.name, text: sentence(best.host.name, best.obstacles) };
}

/** Kinds of trouble that can lie behind each other. */
const MAX_DEPTH = 3;

/** What is behind that which Placement told; undefined: it does not come to an end. */
async function hidden(host: RefusedHost, query: CandidatesQuery, ask: AskOne): Promise<Obstacle[] | undefined> {
  const more: Obstacle[] = [];
  let [asked, refusals]: [CandidatesQuery, readonly Refusal[]] = [query, host.refusals];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    if (refusals.length === 0 || isAll(query, refusals)) return more;
    const relaxed = relaxQuery(asked, refusals);
    if (!relaxed) return undefined;
    const next = await ask(relaxed, host.provider);
    more.push(...next.map((refusal) => ofPlacement(refusal, host.name)));
    [asked, refusals] = [relaxed, next];
  }
  return undefined;
}

/** Of one group, amounts are told all at once, and after everything else. */
const isAll = ({ groups }: CandidatesQuery, refusals: readonly Refusal[]): boolean =>
  groups.length === 1 && refusals.every(({ shortage }) => shortage !== undefined);

/** Alternatives only where there is one obstacle: who reads it is tired. */
function sentence(host: string, obstacles: readonly Obstacle[]): string {
  const remedies = obstacles.flatMap(({ remedy }): readonly Remedy[] => (remedy ? [remedy] : []));
  const ways = new Set(
    remedies.map(({ ways: [first, ...others] }) => [first, ...(remedies.length === 1 ? others : [])].join(", or ")),
  );
  return `with ${[...ways].join(" and ")}, it would fit on ${host}`;
}
