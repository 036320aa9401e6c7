import type { Clock } from "../runtime/clock.ts";
import { type Log, silentLog } from "../runtime/log.ts";
import { Leadership } from "./leadership.ts";
import type { Entry, Lease, Store } from "./store.ts";
import { isAborted, isCompacted, isUnknownOutcome, StoreError } from "./store-error.ts";

export interface ElectionOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** What is led: `scheduler`. */
  readonly name: string;
  /** Where the leader stands; default `elections/<name>`. */
  readonly key?: string;
  /** Shown to people; need not be unique. */
  readonly holder: string;
  /** Of the program that leads, for people; absent: not told. */
  readonly version?: string;
  /** How long a leader that fell silent blocks the next (default 15 s). */
  readonly ttlSeconds?: number;
  readonly log?: Log;
}

const retryMs = 500;

/**
 * One leader among the candidates of a name: whoever creates `elections/<name>` on a lease of its own. The others
 * watch the key and try when it goes. A leader counts itself deposed before its lease can end on the server (see
 * Lease), so two who ask `held()` before acting do not overlap, as long as their clocks run at about the same speed.
 *
 * This is not fencing by itself: a leader may be stopped between `held()` and its write. Each write of a leader
 * therefore carries `fence()`, and etcd refuses it once the key was created anew.
 */
export class Election {
  readonly #options: ElectionOptions;
  readonly #log: Log;
  readonly #key: string;

  constructor(options: ElectionOptions) {
    this.#options = options;
    this.#key = options.key ?? `elections/${options.name}`;
    this.#log = (options.log ?? silentLog).child({ election: options.name });
  }

  /** Who leads now, for people. */
  async leader(): Promise<string | undefined> {
    const entry = await this.#options.store.get(this.#key);
    return entry && holderOf(entry);
  }

  /** Waits until we lead; through an etcd that is away too. Fails as Aborted by the signal, or Denied. */
  async campaign(signal: AbortSignal): Promise<Leadership> {
    while (true) {
      try {
        const standing = await this.#options.store.get(this.#key, { signal });
        const won = standing ? await this.#vacancy(standing, signal) : await this.#tryToWin(signal);
        if (won) return won;
      } catch (error) {
        if (signal.aborted || isAborted(error) || (error instanceof StoreError && error.code === "Denied")) throw error;
        this.#log.debug({ error }, "campaign interrupted, trying again");
        await this.#options.clock.sleep(retryMs, signal).catch(() => {});
      }
    }
  }

  async #tryToWin(signal: AbortSignal): Promise<Leadership | undefined> {
    const { store, clock, holder, ttlSeconds = 15 } = this.#options;
    const lease = await store.grantLease(ttlSeconds, { signal });
    try {
      const createRevision = await this.#create(lease, signal);
      if (createRevision === undefined || !lease.held()) {
        await lease.revoke();
        return undefined;
      }
      this.#log.info({ holder, createRevision }, "leading");
      return Leadership.begin({ store, clock, lease, key: this.#key, createRevision, log: this.#log });
    } catch (error) {
      await lease.revoke();
      throw error;
    }
  }

  /** The create revision of the key if it is ours. A lost reply is read back: the lease in the value is unique. */
  async #create(lease: Lease, signal: AbortSignal): Promise<number | undefined> {
    const { store, clock, holder, version } = this.#options;
    const value = JSON.stringify({ holder, version, lease: lease.id, since: clock.now() });
    try {
      const outcome = await store.commit(
        {
          compares: [{ key: this.#key, absent: true }],
          writes: [{ op: "put", key: this.#key, value, leaseId: lease.id }],
        },
        { signal },
      );
      return outcome.kind === "committed" ? outcome.revision : undefined;
    } catch (error) {
      if (!isUnknownOutcome(error)) throw error;
      const standing = await store.get(this.#key, { signal });
      return standing?.value === value ? standing.createRevision : undefined;
    }
  }

  /** Resolves, with nothing won yet, when the key may be gone. */
  async #vacancy({ modRevision }: Entry, signal: AbortSignal): Promise<undefined> {
    try {
      for await (const { changes } of this.#options.store.watch([this.#key], { from: modRevision + 1, signal })) {
        if (changes.some((change) => change.type === "delete" && change.key === this.#key)) return undefined;
      }
    } catch (error) {
      if (!isCompacted(error)) throw error;
    }
    return undefined;
  }
}

function holderOf(entry: Entry): string {
  try {
    const { holder } = JSON.parse(entry.value) as { holder?: unknown };
    return typeof holder === "string" ? holder : "unknown";
  } catch {
    return "unknown";
  }
}
