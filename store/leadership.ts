import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Compare, Lease, Store } from "./store.ts";
import { isAborted } from "./store-error.ts";

export interface LeadershipOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly lease: Lease;
  readonly key: string;
  readonly createRevision: number;
  readonly log: Log;
}

/** Our term as leader. Ends for good when the lease ends, when somebody removes the key, or by `resign`. */
export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #lost = new AbortController();

  private constructor(options: LeadershipOptions) {
    this.#options = options;
  }

  static begin(options: LeadershipOptions): Leadership {
    const leadership = new Leadership(options);
    const { lease } = options;
    lease.lost.addEventListener("abort", () => leadership.#end(lease.lost.reason as Error), { once: true });
    if (lease.lost.aborted) leadership.#end(lease.lost.reason as Error);
    void leadership.#guardKey();
    return leadership;
  }

  /** Put this into every transaction: it fails as soon as another term began. */
  fence(): Compare {
    return { key: this.#options.key, createRevision: this.#options.createRevision };
  }

  /** Ask before each act. */
  held(): boolean {
    return !this.lost.aborted && this.#options.lease.held();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Ends the term at once, and on the server, best effort: the next leader need not wait for the TTL. Idempotent. */
  async resign(): Promise<void> {
    this.#end(new Error("resigned"));
    await this.#options.lease.revoke();
  }

  #end(reason: Error): void {
    if (this.lost.aborted) return;
    this.#options.log.info({ reason: reason.message }, "leading no more");
    this.#lost.abort(reason);
  }

  /** The lease may live while the key is gone: somebody removed it by hand. */
  async #guardKey(): Promise<void> {
    while (!this.lost.aborted) {
      try {
        await this.#untilReplaced();
        this.#end(new Error(`${this.#options.key} is not ours any more`));
        this.#options.lease.abandon();
      } catch (error) {
        if (isAborted(error)) return;
        this.#options.log.debug({ error }, "looking at the election key again");
        await this.#options.clock.sleep(500, this.lost).catch(() => {});
      }
    }
  }

  async #untilReplaced(): Promise<void> {
    const { store, key, createRevision } = this.#options;
    const signal = this.lost;
    const standing = await store.get(key, { signal });
    if (standing?.createRevision !== createRevision) return;
    for await (const { changes } of store.watch([key], { from: standing.modRevision + 1, signal })) {
      if (changes.some((change) => change.type === "delete" && change.key === key)) return;
    }
  }
}
