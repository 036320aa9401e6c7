import type { Clock } from "../../runtime/clock.ts";
import { claimedFrom } from "../claimed-from.ts";
import type { Allocations, Candidates } from "../placement.ts";

/** Queries whose answers are kept: the sizes of instances that are created at the same time are few. */
const MAX_ANSWERS = 16;

interface Kept {
  readonly askedAt: number;
  answer: Candidates;
}

/**
 * One candidates request for many equal ones. Placement builds all candidates for each, which at a thousand hosts costs
 * as much as nine claims; so an answer is used again for a moment, less what we claimed since. It is a proposal all
 * the same: the claim is what counts, and one that fails makes us ask again. It never offers less than there is,
 * which nobody would notice: what gives room back drops it, and an answer without candidates is not used twice.
 */
export class SharedCandidates {
  readonly #clock: Clock;
  readonly #ageMs: number;
  readonly #kept = new Map<string, Kept>();
  readonly #asked = new Map<string, { readonly promise: Promise<Candidates> }>();

  /** `ageMs`: how old an answer may be, from when it was asked for. */
  constructor(clock: Clock, ageMs: number) {
    this.#clock = clock;
    this.#ageMs = ageMs;
  }

  /** The answer to `query`; `ask` is called only if none is there that could be used, and once for all who wait. */
  get(query: string, ask: () => Promise<Candidates>): Promise<Candidates> {
    const kept = this.#kept.get(query);
    if (kept && this.#isFresh(kept) && kept.answer.candidates.length > 0) return Promise.resolve(kept.answer);
    return this.#asked.get(query)?.promise ?? this.#ask(query, ask);
  }

  /** Called before the claim is sent, so that claims in flight together do not meet on the last free host. */
  claiming(allocations: Allocations): void {
    for (const kept of this.#kept.values()) kept.answer = claimedFrom(kept.answer, allocations);
  }

  /** Something is not as the answers say, or those under way may not know it yet: forget them. */
  drop(): void {
    this.#kept.clear();
    this.#asked.clear();
  }

  async #ask(query: string, ask: () => Promise<Candidates>): Promise<Candidates> {
    const asked = { askedAt: this.#clock.monotonic(), promise: ask() };
    this.#asked.set(query, asked);
    try {
      const answer = await asked.promise;
      if (this.#asked.get(query) === asked) this.#keep(query, { askedAt: asked.askedAt, answer });
      return answer;
    } finally {
      if (this.#asked.get(query) === asked) this.#asked.delete(query);
    }
  }

  #keep(query: string, kept: Kept): void {
    for (const [old, { askedAt }] of this.#kept)
      if (!this.#isFresh({ askedAt }) || this.#kept.size >= MAX_ANSWERS) this.#kept.delete(old);
    this.#kept.set(query, kept);
  }

  #isFresh({ askedAt }: Pick<Kept, "askedAt">): boolean {
    return this.#clock.monotonic() - askedAt < this.#ageMs;
  }
}
