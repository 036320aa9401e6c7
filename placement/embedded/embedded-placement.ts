import type { Informer } from "../../store/informer-contract.ts";
import type { Store } from "../../store/store.ts";
import { joinParts, type TransactionPart } from "../../store/transaction-part.ts";
import type { Placement, PlacementView, ProviderName, ProviderState, ProviderView } from "../placement.ts";
import { PlacementError } from "../placement-error.ts";
import { CapacitySignal } from "./capacity-signal.ts";
import { planProvider, removePart } from "./change-provider.ts";
import { EmbeddedView } from "./embedded-view.ts";
import { EngineState } from "./engine-state.ts";
import {
  assumingPicture,
  correctedPicture,
  informerPicture,
  type Picture,
  providerSlot,
  usageSlot,
} from "./picture.ts";
import type { PlacementRecord } from "./records.ts";
import { recountPart } from "./recount.ts";
import { translateStoreError } from "./translate-store-error.ts";

/** Lost races of one provider write; more means something writes the record in a loop. */
const MAX_ATTEMPTS = 10;

export interface EmbeddedParts {
  readonly store: Store;
  /** On `placement/`, ready; stopped by close. */
  readonly informer: Informer<PlacementRecord>;
  readonly consumerType: string;
}

/**
 * Placement inside our own store. Decisions are made on the informer's picture, which may lag; the parts it gives out
 * compare everything that was assumed, so a decision on an old picture loses its commit instead of overbooking.
 */
export class EmbeddedPlacement extends EmbeddedView implements Placement {
  readonly needsIntent = false;
  readonly #store: Store;
  readonly #informer: Informer<PlacementRecord>;
  readonly #consumerType: string;
  readonly #picture: Picture;
  readonly #capacity: CapacitySignal;
  readonly #unsubscribe: () => void;
  #assumed: { readonly pending: TransactionPart; readonly view: PlacementView } | undefined;

  constructor({ store, informer, consumerType }: EmbeddedParts) {
    const kept = new EngineState();
    const picture = informerPicture(informer, kept);
    super(picture, consumerType);
    this.#store = store;
    this.#informer = informer;
    this.#consumerType = consumerType;
    this.#picture = picture;
    const look = (key: string): void => kept.set(key, picture.slot(key));
    for (const { key } of informer.entries()) look(key);
    for (const key of informer.malformed.keys()) look(key);
    // Before whoever is told that there is more room: they ask at once.
    this.#unsubscribe = informer.onChange(look);
    this.#capacity = new CapacitySignal(informer);
  }

  /** One that is asked for again is the same: a decision asks twice. It looks at the present picture each time. */
  assuming(pending: TransactionPart): PlacementView {
    if (this.#assumed?.pending !== pending) {
      const view = new EmbeddedView(assumingPicture(this.#picture, pending), this.#consumerType);
      this.#assumed = { pending, view };
    }
    return this.#assumed.view;
  }

  async ensureProvider(provider: ProviderState, signal?: AbortSignal): Promise<void> {
    let refused: PlacementError | undefined;
    const plan = (picture: Picture): TransactionPart | undefined => {
      const change = planProvider(picture, provider);
      refused = change.refused;
      return change.part;
    };
    await this.#write(plan, signal);
    if (refused) throw refused;
  }

  removeProvider(uuid: string, signal?: AbortSignal): Promise<void> {
    return this.#write((picture) => removePart(picture, uuid), signal);
  }

  async recount(uuid: string, signal?: AbortSignal): Promise<void> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const part = recountPart(this.#picture, uuid);
      if (part === undefined) return;
      const outcome = await this.#commit(part, signal);
      if (outcome.kind === "committed") return this.#informer.caughtUp(outcome.revision, signal);
      // Whoever moved the usage wrote allocations with it: the sum is only right of one revision.
      const revisions = [...outcome.current.values()].map((entry) => entry?.modRevision ?? 0);
      await this.#informer.caughtUp(Math.max(0, ...revisions), signal);
    }
  }

  async ownProviders(): Promise<readonly ProviderName[]> {
    return [...this.#picture.state.providers()].map(({ record: { uuid, name } }) => ({ uuid, name }));
  }

  async provider(uuid: string): Promise<ProviderView | undefined> {
    const record = providerSlot(this.#picture, uuid).value;
    if (!record) return undefined;
    const usage = usageSlot(this.#picture, uuid).value;
    const { name, inventories, traits, aggregates } = record;
    const used = Object.fromEntries(Object.keys(inventories).map((name) => [name, usage?.used[name] ?? 0]));
    return {
      uuid,
      name,
      inventories,
      traits,
      aggregates,
      used,
      generation: record.generation + (usage?.generation ?? 0),
    };
  }

  async consumersOf(provider: string): Promise<readonly string[]> {
    return this.#picture.state
      .allocationsOf(provider)
      .filter(({ type }) => type === this.#consumerType)
      .map(({ consumer }) => consumer);
  }

  caughtUp(revision: number, signal?: AbortSignal): Promise<void> {
    return this.#informer.caughtUp(revision, signal);
  }

  onChange(listener: () => void): () => void {
    return this.#capacity.onMore(listener);
  }

  async close(): Promise<void> {
    this.#capacity.close();
    this.#unsubscribe();
    await this.#informer.stop();
  }

  /** Plans on the present picture and commits; what a lost commit found is planned on next. */
  async #write(plan: (picture: Picture) => TransactionPart | undefined, signal?: AbortSignal): Promise<void> {
    let picture = this.#picture;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const part = plan(picture);
      signal?.throwIfAborted();
      if (part === undefined) return;
      const outcome = await this.#commit(part, signal);
      if (outcome.kind === "committed") return this.#informer.caughtUp(outcome.revision, signal);
      picture = correctedPicture(this.#picture, outcome.current);
    }
    throw new PlacementError("Conflict", `a provider record changed ${MAX_ATTEMPTS} times while it was being written`);
  }

  async #commit(part: TransactionPart, signal: AbortSignal | undefined) {
    try {
      return await this.#store.commit(joinParts(part), signal ? { signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      throw translateStoreError(error);
    }
  }
}
