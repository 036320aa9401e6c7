import { isDeepStrictEqual } from "node:util";
import type { Static, TSchema } from "typebox";
import { isCustomName } from "../check-request.ts";
import { inventoryDocument } from "../inventory-document.ts";
import type { ProviderState } from "../placement.ts";
import { PlacementError } from "../placement-error.ts";
import { AggregatesDocument, InventoriesDocument, ProviderDocument, TraitsDocument } from "./documents.ts";
import type { Answer, PlacementApi } from "./placement-api.ts";
import { mapValues, sameSet } from "./provider-documents.ts";
import type { ProviderOwners } from "./provider-owners.ts";
import { answerError, isConcurrentUpdate, isDuplicateName } from "./translate-error.ts";

/** Lost generation races of one provider; claims of others bump it too, so a few are normal. */
const MAX_ATTEMPTS = 10;

interface FoundProvider {
  readonly name: string;
  readonly generation: number;
  readonly state: ProviderState;
}

/**
 * Brings one provider to a state, writing only what differs. Traits go first: a cordon must not wait for an inventory
 * that is refused, and a new host gets capacity last. Custom names are made before they are used (P2).
 */
export class ProviderSync {
  readonly #api: PlacementApi;
  readonly #owners: ProviderOwners;
  /** Providers that were found as they should be, by uuid. */
  readonly #found = new Map<string, FoundProvider>();

  constructor(api: PlacementApi, owners: ProviderOwners) {
    this.#api = api;
    this.#owners = owners;
  }

  /** What is there under this uuid and not ours stays. `InUse` while anything is allocated from it. */
  async remove(uuid: string, signal?: AbortSignal): Promise<void> {
    this.#found.delete(uuid);
    const owner = await this.#owners.ownerOf(uuid, signal);
    if (owner !== "us" && owner !== "nobody") return;
    const answer = await this.#api.send("DELETE", `/resource_providers/${uuid}`, undefined, signal);
    if (answer.status >= 300 && answer.status !== 404) throw answerError(`removal of provider ${uuid}`, answer);
  }

  /** True when something was written. */
  async ensure(state: ProviderState, signal?: AbortSignal): Promise<boolean> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const written = await this.#attempt(state, signal);
      if (written !== undefined) return written || attempt > 1;
    }
    throw new PlacementError("Conflict", `provider ${state.name} changed ${MAX_ATTEMPTS} times while it was written`);
  }

  /**
   * `undefined`: somebody changed the provider meanwhile. Whatever is changed of a provider moves its generation
   * (aggregates since 1.19; claims too), so one that stands where it was found in order needs no second look.
   */
  async #attempt(state: ProviderState, signal: AbortSignal | undefined): Promise<boolean | undefined> {
    const present = await this.#api.get(`/resource_providers/${state.uuid}`, ProviderDocument, signal);
    const found = present && { name: present.name, generation: present.generation, state };
    if (found && isDeepStrictEqual(found, this.#found.get(state.uuid))) return false;
    // A server that lost its database counts from zero again, and comes by the same number.
    this.#found.delete(state.uuid);
    let written = await this.#ensureExists(state, present, signal);
    for (const step of [this.#ensureTraits, this.#ensureAggregates, this.#ensureInventories]) {
      const outcome = await step.call(this, state, signal);
      if (outcome === undefined) return undefined;
      written ||= outcome;
    }
    // Its generation was read first: where somebody changed it after that, it is looked at again.
    if (found && !written) this.#found.set(state.uuid, found);
    return written;
  }

  async #ensureExists(
    { uuid, name }: ProviderState,
    present: Static<typeof ProviderDocument> | undefined,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const path = `/resource_providers/${uuid}`;
    if (present) await this.#owners.refuseForeign({ uuid, name }, signal);
    if (present?.name === name) return false;
    const answer = present
      ? await this.#api.send("PUT", path, { name }, signal)
      : await this.#api.send("POST", "/resource_providers", { uuid, name }, signal);
    if (answer.status < 300) return true;
    // Made by somebody else just now, or by our own request whose reply was lost.
    if (answer.status === 409 && (await this.#api.get(path, ProviderDocument, signal))?.name === name) return true;
    if (isDuplicateName(answer)) throw await this.#owners.nameTaken(name, signal);
    throw answerError(`provider ${name}`, answer);
  }

  async #ensureTraits(state: ProviderState, signal?: AbortSignal): Promise<boolean | undefined> {
    const path = `/resource_providers/${state.uuid}/traits`;
    const present = await this.#existing(path, TraitsDocument, signal);
    if (sameSet(present.traits, state.traits)) return false;
    for (const trait of state.traits.filter(isCustomName)) await this.#ensureNamed(`/traits/${trait}`, signal);
    const { resource_provider_generation } = present;
    return this.#put(path, { traits: [...new Set(state.traits)], resource_provider_generation }, signal);
  }

  async #ensureAggregates(state: ProviderState, signal?: AbortSignal): Promise<boolean | undefined> {
    const path = `/resource_providers/${state.uuid}/aggregates`;
    const present = await this.#existing(path, AggregatesDocument, signal);
    if (sameSet(present.aggregates, state.aggregates)) return false;
    const { resource_provider_generation } = present;
    return this.#put(path, { aggregates: [...new Set(state.aggregates)], resource_provider_generation }, signal);
  }

  async #ensureInventories(state: ProviderState, signal?: AbortSignal): Promise<boolean | undefined> {
    const path = `/resource_providers/${state.uuid}/inventories`;
    const present = await this.#existing(path, InventoriesDocument, signal);
    const inventories = mapValues(state.inventories, inventoryDocument);
    if (isDeepStrictEqual(present.inventories, inventories)) return false;
    for (const name of Object.keys(inventories).filter(isCustomName))
      await this.#ensureNamed(`/resource_classes/${name}`, signal);
    const { resource_provider_generation } = present;
    return this.#put(path, { inventories, resource_provider_generation }, signal);
  }

  async #existing<Schema extends TSchema>(path: string, schema: Schema, signal?: AbortSignal): Promise<Static<Schema>> {
    const document = await this.#api.get(path, schema, signal);
    if (document === undefined) throw new PlacementError("Conflict", `${path}: the provider was removed meanwhile`);
    return document;
  }

  async #ensureNamed(path: string, signal: AbortSignal | undefined): Promise<void> {
    const answer = await this.#api.send("PUT", path, undefined, signal);
    if (answer.status >= 300) throw answerError(`PUT ${path}`, answer);
  }

  async #put(path: string, body: object, signal: AbortSignal | undefined): Promise<true | undefined> {
    const answer: Answer = await this.#api.send("PUT", path, body, signal);
    if (answer.status < 300) return true;
    if (isConcurrentUpdate(answer)) return undefined;
    throw answerError(`PUT ${path}`, answer);
  }
}
