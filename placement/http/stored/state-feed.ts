import { PREFIX } from "../../../resources/keys.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { Log } from "../../../runtime/log.ts";
import { startInformer } from "../../../store/informer.ts";
import type { Informer } from "../../../store/informer-contract.ts";
import type { Store } from "../../../store/store.ts";
import { PlacementState } from "../../engine/state.ts";
import { changeOf, decodeStoredRecord, type StoredRecord } from "./record-keys.ts";

export interface StoreParts {
  /** Its root is where the Placement lies. */
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** A revision that every complete picture has reached. */
const FIRST_LIST = 1;

/**
 * The engine's state of what a store holds under `placement/`, kept up to date. What was made earlier has the smaller
 * id, also after a restart. A record that cannot be read is as good as none for readers; nobody may write it.
 */
export class StateFeed {
  readonly state = new PlacementState();
  readonly #informer: Informer<StoredRecord>;

  private constructor(informer: Informer<StoredRecord>) {
    this.#informer = informer;
    const byAge = [...informer.entries()].sort((a, b) => a.createRevision - b.createRevision);
    for (const { key } of byAge) this.#take(key);
    informer.onChange((key) => this.#take(key));
  }

  /** Resolves once the picture is complete; an etcd that is away delays it. The signal ends the waiting. */
  static async open({ store, clock, log }: StoreParts, signal: AbortSignal): Promise<StateFeed> {
    const kept = { prefixes: [PREFIX.placement], decode: decodeStoredRecord, freeze: false };
    const informer = startInformer({ store, clock, log, ...kept });
    try {
      await informer.caughtUp(FIRST_LIST, signal);
      return new StateFeed(informer);
    } catch (error) {
      await informer.stop();
      throw error;
    }
  }

  /** The revision to compare when deciding by a key: 0 for none, `undefined` for one that cannot be read. */
  revisionOf(key: string): number | undefined {
    if (this.#informer.malformed.has(key)) return undefined;
    return this.#informer.get(key)?.modRevision ?? 0;
  }

  get revision(): number {
    return this.#informer.revision;
  }
  get connected(): boolean {
    return this.#informer.connected;
  }
  caughtUp(revision: number, signal: AbortSignal): Promise<void> {
    return this.#informer.caughtUp(revision, signal);
  }
  close(): Promise<void> {
    return this.#informer.stop();
  }

  #take(key: string): void {
    const change = changeOf(key, this.#informer.get(key)?.value);
    if (change) this.state.apply(change);
  }
}
