import { PREFIX } from "../../../resources/keys.ts";
import { CodedError } from "../../../runtime/errors.ts";
import type { Outcome } from "../../../store/store.ts";
import { concurrentUpdate } from "../../engine/problems.ts";
import type { PlacementState } from "../../engine/state.ts";
import type { PlacementBackend, Plan } from "../backend.ts";
import { structureKey } from "./record-keys.ts";
import { StateFeed, type StoreParts } from "./state-feed.ts";
import { translateStoreFailure } from "./store-problem.ts";
import { STRUCTURE, transactionOf } from "./transaction.ts";

/** Lost races of one request, as upstream tries. */
const MAX_ATTEMPTS = 10;
/** How long a write waits until its own picture shows it; it is written all the same. */
const VISIBLE_WITHIN_MS = 5_000;
/** Before a look at a picture that a lost race has not told the revision of. */
const PAUSE_MS = 20;

/**
 * A Placement in etcd under a root of its own; any number of servers share it. Decisions are made on the informer's
 * picture, which may lag, and written by one transaction that compares what they were made on: a decision on an old
 * picture loses and is made again. Reads are of the picture: a moment behind what another server wrote.
 */
export class DurableBackend implements PlacementBackend {
  readonly readOnly = undefined;
  readonly #parts: StoreParts;
  readonly #feed: StateFeed;
  readonly #closing = new AbortController();
  /** One write at a time: those of one server need not lose races against each other. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(parts: StoreParts, feed: StateFeed) {
    this.#parts = parts;
    this.#feed = feed;
  }

  /** Fails (CodedError `NotOurs`) when something else lies under the root. */
  static async open(parts: StoreParts, signal: AbortSignal): Promise<DurableBackend> {
    await claimRoot(parts, signal);
    return new DurableBackend(parts, await StateFeed.open(parts, signal));
  }

  get state(): PlacementState {
    return this.#feed.state;
  }

  write<T>(plan: Plan<T>): Promise<T> {
    const written = this.#turn.then(() => this.#write(plan));
    this.#turn = written.catch(() => {});
    return written;
  }

  async close(): Promise<void> {
    this.#closing.abort(new CodedError("Closed", "the server ends"));
    await this.#turn;
    await this.#feed.close();
  }

  async #write<T>(plan: Plan<T>): Promise<T> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const { changes, result } = plan(this.state);
      if (changes.length === 0) return result;
      const transaction = transactionOf(changes, (key) => this.#feed.revisionOf(key));
      const outcome = await this.#commit(transaction);
      if (outcome.kind === "committed") {
        await this.#seen(outcome.revision);
        return result;
      }
      await this.#afterLosing(outcome);
    }
    throw concurrentUpdate(`the records changed ${MAX_ATTEMPTS} times while they were being written: try again`);
  }

  async #commit(transaction: ReturnType<typeof transactionOf>): Promise<Outcome> {
    try {
      return await this.#parts.store.commit(transaction, { signal: this.#closing.signal });
    } catch (error) {
      throw translateStoreFailure(error);
    }
  }

  /** Waits until the picture shows what beat us. A deleted key tells no revision: then for a moment. */
  async #afterLosing({ current }: Extract<Outcome, { kind: "stale" }>): Promise<void> {
    const newest = Math.max(0, ...[...current.values()].map((entry) => entry?.modRevision ?? 0));
    if (newest > this.#feed.revision) await this.#seen(newest);
    else await this.#parts.clock.sleep(PAUSE_MS, this.#closing.signal);
  }

  async #seen(revision: number): Promise<void> {
    const { clock, log } = this.#parts;
    const late = new AbortController();
    const cancel = clock.after(VISIBLE_WITHIN_MS, () => late.abort());
    try {
      await this.#feed.caughtUp(revision, AbortSignal.any([late.signal, this.#closing.signal]));
    } catch {
      log.warn({ revision }, "written, and not seen yet: is the watch cut?");
    } finally {
      cancel();
    }
  }
}

/** Looked at first: what every cluster has, and little of it. */
const TELLING = [PREFIX.elections, PREFIX.sealing, PREFIX.vault, PREFIX.alive];

/** Marks an empty root as ours; one that somebody else lives in is left alone, above all the root of a cluster. */
async function claimRoot({ store }: StoreParts, signal: AbortSignal): Promise<void> {
  if (await store.get(structureKey, { signal })) return;
  for (const prefix of new Set([...TELLING, ...Object.values(PREFIX)])) {
    const [first] = (await store.list([prefix], { signal })).entries;
    if (first)
      throw new CodedError("NotOurs", `something else lies here already (${first.key}): give a prefix of its own`);
  }
  const compares = [{ key: structureKey, absent: true }] as const;
  // Lost: another server was as quick.
  await store.commit({ compares, writes: [{ op: "put", key: structureKey, value: STRUCTURE }] }, { signal });
}
