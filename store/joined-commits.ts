import { joinableCount, MOST_JOINED, staleFor } from "./joined-transaction.ts";
import type { CallOptions, Outcome, Store, StoreErrorCode, Transaction } from "./store.ts";
import { StoreError } from "./store-error.ts";
import { joinParts } from "./transaction-part.ts";

export interface JoinOptions {
  /** Requests under way at most; what comes meanwhile waits, and goes together. */
  readonly atOnce: number;
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
  readonly #atOnce: number;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #isGathering = false;

  constructor(store: Store, { atOnce }: JoinOptions) {
    this.#store = store;
    this.#atOnce = atOnce;
  }

  commit(transaction: Transaction, { signal }: CallOptions = {}): Promise<Outcome> {
    // One that may be called off is nobody else's.
    if (signal) return this.#store.commit(transaction, { signal });
    return new Promise((settle) => {
      this.#waiting.push({ transaction, settle });
      this.#gather();
    });
  }

  /** What comes in this turn of the event loop goes together. */
  #gather(): void {
    if (this.#isGathering || this.#underWay >= this.#atOnce) return;
    this.#isGathering = true;
    setImmediate(() => {
      this.#isGathering = false;
      this.#send();
    });
  }

  #send(): void {
    while (this.#underWay < this.#atOnce && this.#waiting.length > 0) {
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
