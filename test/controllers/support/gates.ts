import type { Placement } from "../../../placement/placement.ts";
import type { Store, Transaction } from "../../../store/store.ts";

/** Holds whoever comes until it is opened. */
export class Gate {
  /** Somebody stands before it. */
  readonly reached: Promise<void>;
  readonly #opened: Promise<void>;
  #reach = () => {};
  #open = () => {};

  constructor() {
    this.reached = new Promise((resolve) => {
      this.#reach = resolve;
    });
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  pass(): Promise<void> {
    this.#reach();
    return this.#opened;
  }

  open(): void {
    this.#open();
  }
}

/** A store whose commits ask `before` first; what that throws is the commit's failure. */
export const storeWith = (store: Store, before: (transaction: Transaction) => Promise<void> | void): Store => ({
  get: (key, options) => store.get(key, options),
  list: (prefixes, options) => store.list(prefixes, options),
  watch: (prefixes, options) => store.watch(prefixes, options),
  grantLease: (ttl, options) => store.grantLease(ttl, options),
  close: () => store.close(),
  commit: async (transaction, options) => {
    await before(transaction);
    return store.commit(transaction, options);
  },
});

/** A Placement that acts, and whose answers to claims come when the gate is open. */
export const withSlowClaims = (inner: Placement, gate: Gate): Placement => {
  const slow: Placement = {
    ...inner,
    assuming: () => slow,
    claim: async (consumer, candidate, signal) => {
      await gate.pass();
      return inner.claim(consumer, candidate, signal);
    },
  };
  return slow;
};
