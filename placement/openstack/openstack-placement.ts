import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import type { CandidatesQuery } from "../candidates-query.ts";
import { checkProvider, checkQuery } from "../check-request.ts";
import type {
  Allocation,
  Candidate,
  Candidates,
  CandidatesRequest,
  Consumer,
  Explained,
  ExplainRequest,
  Placement,
  PlacementView,
  ProviderName,
  ProviderState,
  ProviderView,
} from "../placement.ts";
import { queryOf } from "../query-of.ts";
import { abortable } from "./abortable.ts";
import { candidatesPath, readCandidates } from "./candidates-query.ts";
import type { ClusterMarks } from "./cluster-marks.ts";
import { ConsumerAllocations } from "./consumer-allocations.ts";
import {
  AggregatesDocument,
  CandidatesDocument,
  ConsumersDocument,
  checkShape,
  InventoriesDocument,
  ProviderDocument,
  ProvidersDocument,
  TraitsDocument,
  UsagesDocument,
} from "./documents.ts";
import { explainHosts } from "./explain-hosts.ts";
import { explainRefusal } from "./explain-refusal.ts";
import type { Answer, PlacementApi } from "./placement-api.ts";
import { mapValues, readInventory } from "./provider-documents.ts";
import { ProviderOwners } from "./provider-owners.ts";
import { ProviderSync } from "./provider-sync.ts";
import type { SharedCandidates } from "./shared-candidates.ts";
import { answerError } from "./translate-error.ts";

/** A real Placement. Acts before it returns: its parts are empty and its callers record their intent first. */
export class OpenstackPlacement implements Placement {
  readonly needsIntent = true;
  readonly #api: PlacementApi;
  readonly #marks: ClusterMarks;
  readonly #providers: ProviderSync;
  readonly #allocations: ConsumerAllocations;
  /** What this process brought the providers to: by it refusals are explained. */
  readonly #own = new Map<string, ProviderState>();
  readonly #listeners = new Set<() => void>();

  readonly #shared: SharedCandidates;

  constructor(api: PlacementApi, marks: ClusterMarks, shared: SharedCandidates) {
    this.#shared = shared;
    this.#api = api;
    this.#marks = marks;
    this.#providers = new ProviderSync(api, new ProviderOwners(api, marks.trait));
    this.#allocations = new ConsumerAllocations(api, marks.consumerType);
  }

  async ensureProvider(provider: ProviderState, signal?: AbortSignal): Promise<void> {
    checkProvider(provider);
    const marked = { ...provider, traits: [...provider.traits, this.#marks.trait] };
    const written = await this.#providers.ensure(marked, signal);
    this.#own.set(provider.uuid, provider);
    if (written) this.#tell();
  }

  async recount(): Promise<void> {}

  async removeProvider(uuid: string, signal?: AbortSignal): Promise<void> {
    await this.#providers.remove(uuid, signal);
    this.#own.delete(uuid);
    this.#shared.drop();
  }

  /** A trait that Placement does not know is a 400: nobody has our mark yet. */
  async ownProviders(signal?: AbortSignal): Promise<readonly ProviderName[]> {
    const path = `/resource_providers?required=${this.#marks.trait}`;
    const answer = await this.#api.send("GET", path, undefined, signal);
    if (answer.status === 400) return [];
    if (answer.status !== 200) throw answerError(`GET ${path}`, answer);
    const { resource_providers: found } = checkShape(ProvidersDocument, `GET ${path}`, answer.body);
    return found.map(({ uuid, name }) => ({ uuid, name }));
  }

  async provider(uuid: string, signal?: AbortSignal): Promise<ProviderView | undefined> {
    const path = `/resource_providers/${uuid}`;
    const [provider, inventories, usages, traits, aggregates] = await Promise.all([
      this.#api.get(path, ProviderDocument, signal),
      this.#api.get(`${path}/inventories`, InventoriesDocument, signal),
      this.#api.get(`${path}/usages`, UsagesDocument, signal),
      this.#api.get(`${path}/traits`, TraitsDocument, signal),
      this.#api.get(`${path}/aggregates`, AggregatesDocument, signal),
    ]);
    if (!provider || !inventories || !usages || !traits || !aggregates) return undefined;
    return {
      uuid,
      name: provider.name,
      generation: provider.generation,
      inventories: mapValues(inventories.inventories, readInventory),
      used: usages.usages,
      traits: traits.traits.filter((trait) => trait !== this.#marks.trait).sort(),
      aggregates: [...aggregates.aggregates].sort(),
    };
  }

  /** Equal requests share an answer for a moment; what was asked for together is not ended by the signal of one. */
  async candidates(request: CandidatesRequest, signal?: AbortSignal): Promise<Candidates> {
    const query = queryOf(request);
    checkQuery(query);
    signal?.throwIfAborted();
    return abortable(
      this.#shared.get(candidatesPath(query, this.#marks.trait), () => this.#candidates(query)),
      signal,
    );
  }

  async #candidates(query: CandidatesQuery): Promise<Candidates> {
    const answer = await this.#askForCandidates(query);
    if (answer.status !== 200) throw answerError("allocation candidates", answer);
    const found = readCandidates(
      checkShape(CandidatesDocument, "allocation candidates", answer.body),
      this.#marks.trait,
    );
    if (found.candidates.length > 0) return { ...found, reasons: [] };
    return { ...found, reasons: await explainRefusal(query, this.#refused(undefined)) };
  }

  async explain({ query: asked, without }: ExplainRequest, signal?: AbortSignal): Promise<Explained> {
    const { limit: _, ...query } = asked;
    const found = await this.candidates({ query }, signal);
    const held = without === undefined ? undefined : await this.allocation(without, signal);
    return explainHosts({ query, found, held: held?.allocations ?? {} }, this.#refused(signal));
  }

  #refused = (signal: AbortSignal | undefined) => ({
    ...{ api: this.#api, marker: this.#marks.trait, own: [...this.#own.values()], signal },
  });

  async claim(consumer: Consumer, candidate: Candidate, signal?: AbortSignal): Promise<TransactionPart> {
    this.#shared.claiming(candidate.allocations);
    try {
      await this.#allocations.claim(consumer, candidate, signal);
      return emptyPart;
    } catch (error) {
      this.#shared.drop();
      throw error;
    }
  }

  async resize(consumer: Consumer, candidate: Candidate, signal?: AbortSignal): Promise<TransactionPart> {
    await this.#allocations.resize(consumer, candidate, signal);
    this.#tell();
    return emptyPart;
  }

  async release(consumer: string, signal?: AbortSignal): Promise<TransactionPart> {
    if (await this.#allocations.release(consumer, signal)) this.#tell();
    return emptyPart;
  }

  async releaseSeen(seen: Allocation, signal?: AbortSignal): Promise<TransactionPart> {
    if (await this.#allocations.releaseSeen(seen, signal)) this.#tell();
    return emptyPart;
  }

  async allocation(consumer: string, signal?: AbortSignal): Promise<Allocation | undefined> {
    const held = await this.#allocations.held(consumer, signal);
    return held && { consumer, generation: held.generation, allocations: held.allocations };
  }

  /** The listing does not tell types: each consumer is asked for. */
  async consumersOf(provider: string, signal?: AbortSignal): Promise<readonly string[]> {
    const path = `/resource_providers/${provider}/allocations`;
    const document = await this.#api.get(path, ConsumersDocument, signal);
    const consumers = Object.keys(document?.allocations ?? {});
    const held = await Promise.all(consumers.map((consumer) => this.#allocations.held(consumer, signal)));
    return held
      .filter((one) => one !== undefined)
      .filter(this.#allocations.isOurs)
      .map((one) => one.consumer);
  }

  assuming(): PlacementView {
    return this;
  }

  async caughtUp(): Promise<void> {}

  /** Told of what this process gave back or changed; nobody tells us of others: look again now and then too. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#api.close();
  }

  /** A trait that Placement does not know is a 400: so is our own mark before the first provider came. */
  async #askForCandidates(query: CandidatesQuery): Promise<Answer> {
    const path = candidatesPath(query, this.#marks.trait);
    const answer = await this.#api.send("GET", path);
    if (answer.status !== 400) return answer;
    const made = await this.#api.send("PUT", `/traits/${this.#marks.trait}`);
    return made.status === 201 ? this.#api.send("GET", path) : answer;
  }

  #tell(): void {
    this.#shared.drop();
    for (const listener of this.#listeners) listener();
  }
}
