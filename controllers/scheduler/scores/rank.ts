import type { Peers, Wish } from "../peers.ts";
import { imageLocality } from "./image-locality.ts";
import { neighbours } from "./neighbours.ts";
import { room } from "./room.ts";
import type { Contender, Score } from "./score.ts";
import { hashOf, tieBreak } from "./tie-break.ts";
import { untroubled } from "./untroubled.ts";

/** The weightiest first. */
export const SCORES: readonly Score[] = [untroubled, neighbours, room, imageLocality];

export interface Ranked {
  readonly contender: Contender;
  /** The sum of all scores times their weights. */
  readonly total: number;
  /** What decides between equals, different for each wish. */
  readonly tie: number;
}

/** One score of one host, as it is explained to people. */
export interface ScorePart {
  readonly name: string;
  readonly score: number;
  readonly weight: number;
}

/** Best first. The same contenders in another order give the same answer. */
export function rank(contenders: readonly Contender[], wish: Wish, peers: Peers): Ranked[] {
  const seed = hashOf(wish.uid);
  return contenders.map((contender) => ranked(contender, wish, peers, seed)).sort(byRank);
}

/** The best of those that pass. Who is worse than it is not asked whether it would. */
export function best(
  contenders: readonly Contender[],
  wish: Wish,
  peers: Peers,
  passes: (contender: Contender) => boolean = () => true,
): Ranked | undefined {
  const seed = hashOf(wish.uid);
  const all = contenders.map((contender) => ranked(contender, wish, peers, seed));
  const winner = all.reduce<Ranked | undefined>((a, b) => (a && byRank(a, b) < 0 ? a : b), undefined);
  if (winner === undefined || passes(winner.contender)) return winner;
  return all
    .filter((other) => other !== winner)
    .sort(byRank)
    .find(({ contender }) => passes(contender));
}

/** Each score of one contender, in the order of SCORES. */
export const scoresOf = (contender: Contender, wish: Wish, peers: Peers): ScorePart[] =>
  SCORES.map(({ name, weight, of }) => ({ name, weight, score: of(contender, wish, peers) }));

function ranked(contender: Contender, wish: Wish, peers: Peers, seed: number): Ranked {
  let total = 0;
  for (const { weight, of } of SCORES) total += weight * of(contender, wish, peers);
  return { contender, total: Math.round(total * PRECISION) / PRECISION, tie: tieBreak(seed, contender.host.name) };
}

/** A difference that is smaller than its inverse is none, but an error of rounding. */
const PRECISION = 1e6;

function byRank(a: Ranked, b: Ranked): number {
  if (a.total !== b.total) return b.total - a.total;
  if (a.tie !== b.tie) return a.tie - b.tie;
  return a.contender.host.name < b.contender.host.name ? -1 : 1;
}
