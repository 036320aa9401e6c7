import type { Clock } from "../runtime/clock.ts";
import { joinableCount, MOST_JOINED, staleFor } from "./joined-transaction.ts";
import type { CallOptions, Outcome, Store, StoreErrorCode, Transaction } from "./store.ts";
import { StoreError } from "./store-error.ts";
import { joinParts } from "./transaction-part.ts";

export interface JoinOptions {
  readonly clock: Clock;
  /** Requests under way at most; what comes meanwhile waits, and goes together. */
  readonly atOnce: number;
  /** How long the first of a group waits for others, in milliseconds (default 0: to the end of this turn). */
  readonly gatherMs?: number;
}

/**
 * A store whose commits share requests: those that come together, or while others are under way, are sent as one
 * transaction. Nobody can tell, except by equal revisions and by fewer requests: what one compares decides about that one
 * alone, and a refusal of the whole is answered by sending each by itself. For programs with many small transactions on
 * keys of their own; see docs/decisions/0175.
 */
export function joinedCommits(store: Store, options: JoinOptions): Store {
  const line = new CommitLine(store, options);
  return {
    get: (key, read) => store.get(key, read),
    list: (prefixes, read) => store.list(prefixes, read),
    commit: (transaction, call) => line.commit(transaction, call),
    watch: (prefixes, watch) => store.watch(prefixes, watch),
    grantLease: (ttlSeconds, lease) => store.grantLease(ttlSeconds, lease),
    close: () => store.close(),
  };
}

interface Waiting {
  readonly transaction: Transaction;
  readonly settle: (outcome: Outcome | Promise<Outcome>) => void;
}

class CommitLine {
  readonly #store: Store;
  readonly #options: JoinOptions;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #isGathering = false;

  constructor(store: Store, options: JoinOptions) {
    this.#store = store;
    this.#options = options;
  }

  commit(transaction: Transaction, { signal }: CallOptions = {}): Promise<Outcome> {
    // One that may be called off is nobody else's.
    if (signal) return this.#store.commit(transaction, { signal });
    return new Promise((settle) => {
      this.#waiting.push({ transaction, settle });
      this.#gather();
    });
  }

  /** One timer for all who come until it fires. */
  #gather(): void {
    const { clock, atOnce, gatherMs = 0 } = this.#options;
    if (this.#isGathering || this.#underWay >= atOnce) return;
    this.#isGathering = true;
    const go = () => {
      this.#isGathering = false;
      this.#send();
    };
    if (gatherMs > 0) clock.after(gatherMs, go);
    else setImmediate(go);
  }

  #send(): void {
    while (this.#underWay < this.#options.atOnce && this.#waiting.length > 0) {
      const count = joinableCount(this.#waiting.slice(0, MOST_JOINED).map(({ transaction }) => transaction));
      this.#underWay++;
      void this.#sent(this.#waiting.splice(0, count)).then(() => {
        this.#underWay--;
        if (this.#waiting.length > 0) this.#gather();
      });
    }
  }

  /** Never rejects. Resolves when the group has left the line, whoever is put back into it. */
  async #sent(group: readonly Waiting[]): Promise<void> {
    if (group.length < 2) return alone(this.#store, group);
    try {
      const outcome = await this.#store.commit(joinParts(...group.map(({ transaction }) => transaction)));
      if (outcome.kind === "committed") for (const { settle } of group) settle(outcome);
      else return await this.#withoutLosers(group, outcome);
    } catch (error) {
      if (isOfOne(error)) return alone(this.#store, group);
      for (const { settle } of group) settle(Promise.reject(error as Error));
    }
  }

  /** Those whose compares do not hold have their answer; the others go first in the next group. */
  async #withoutLosers(group: readonly Waiting[], stale: Extract<Outcome, { kind: "stale" }>): Promise<void> {
    const others = group.filter(({ transaction, settle }) => {
      const answer = staleFor(transaction, stale);
      if (answer) settle(answer);
      return !answer;
    });
    if (others.length === group.length) return alone(this.#store, group);
    this.#waiting = [...others, ...this.#waiting];
  }
}

/** Nothing was written, and it may be the fault of a single one. */
const OF_ONE: ReadonlySet<StoreErrorCode> = new Set(["LeaseGone", "Denied", "TooLarge", "Invalid"]);
const isOfOne = (error: unknown): boolean => error instanceof StoreError && OF_ONE.has(error.code);

async function alone(store: Store, group: readonly Waiting[]): Promise<void> {
  await Promise.all(
    group.map(({ transaction, settle }) => {
      const outcome = store.commit(transaction);
      settle(outcome);
      return outcome.catch(() => {});
    }),
  );
}
