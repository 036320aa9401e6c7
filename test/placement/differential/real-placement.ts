import type { CandidatesQuery } from "../../../placement/candidates-query.ts";
import { inventoryDocument } from "../../../placement/inventory-document.ts";
import type { Inventory } from "../../../placement/placement.ts";
import { formatCandidatesQuery } from "../../../placement/query/format-candidates-query.ts";
import type { PlacementServer } from "../../support/placement-server.ts";
import { uuid } from "../examples.ts";
import { type Answer, canonicalRequest, canonicalSummary } from "./answer.ts";
import { DEVICE_CLASSES, TRAITS } from "./random-world.ts";
import type { World, WorldConsumer, WorldProvider } from "./world.ts";

interface Document {
  readonly allocation_requests: readonly {
    readonly allocations: Readonly<Record<string, { readonly resources: Readonly<Record<string, number>> }>>;
    readonly mappings: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly provider_summaries: Readonly<Record<string, SummaryDocument>>;
}
interface SummaryDocument {
  readonly resources: Readonly<Record<string, { readonly capacity: number; readonly used: number }>>;
  readonly traits: readonly string[];
  readonly parent_provider_uuid: string | null;
  readonly root_provider_uuid: string;
}

/** A real Placement that is brought from one world to the next. */
export class RealPlacement {
  readonly #server: PlacementServer;
  #held: World = { providers: [], consumers: [] };
  readonly #made = new Set<string>();

  constructor(server: PlacementServer) {
    this.#server = server;
  }

  /** Answers the world as it came to be: without the allocations that Placement refused. */
  async load(world: World): Promise<World> {
    await this.#clear();
    for (const name of TRAITS) await this.#make("traits", name);
    for (const name of DEVICE_CLASSES) await this.#make("resource_classes", name);
    for (const provider of world.providers) await this.#create(provider);
    const consumers: WorldConsumer[] = [];
    for (const consumer of world.consumers) if (await this.#allocate(consumer)) consumers.push(consumer);
    for (const provider of world.providers) if (provider.shrinkTo) await this.#shrink(provider, provider.shrinkTo);
    this.#held = { providers: world.providers, consumers };
    return this.#held;
  }

  /** `undefined`: it failed (500), which upstream does for some combinations of nesting and sharing. */
  async ask(query: CandidatesQuery): Promise<Answer | undefined> {
    const { status, body } = await this.#server.request(
      "GET",
      `/allocation_candidates?${formatCandidatesQuery(query)}`,
    );
    if (status === 500) return undefined;
    if (status !== 200) throw new Error(`${status} for ${JSON.stringify(query)}: ${JSON.stringify(body)}`);
    return answerOf(body as Document);
  }

  async #clear(): Promise<void> {
    for (const { n } of this.#held.consumers) await this.#must("DELETE", `/allocations/${uuid(n)}`);
    for (const { n } of this.#held.providers.toReversed()) await this.#must("DELETE", `/resource_providers/${uuid(n)}`);
    this.#held = { providers: [], consumers: [] };
  }

  async #create({ n, parent, inventories, traits, aggregates }: WorldProvider): Promise<void> {
    const parentUuid = parent === undefined ? {} : { parent_provider_uuid: uuid(parent) };
    await this.#must("POST", "/resource_providers", { name: `provider-${n}`, uuid: uuid(n), ...parentUuid });
    const path = `/resource_providers/${uuid(n)}`;
    let generation = 0;
    if (Object.keys(inventories).length > 0) {
      await this.#must("PUT", `${path}/inventories`, inventoriesBody(generation, inventories));
      generation += 1;
    }
    if (traits.length > 0) {
      await this.#must("PUT", `${path}/traits`, { resource_provider_generation: generation, traits });
      generation += 1;
    }
    const body = { resource_provider_generation: generation, aggregates };
    if (aggregates.length > 0) await this.#must("PUT", `${path}/aggregates`, body);
  }

  async #allocate({ n, allocations }: WorldConsumer): Promise<boolean> {
    const { status } = await this.#server.request("PUT", `/allocations/${uuid(n)}`, {
      allocations: Object.fromEntries(
        Object.entries(allocations).map(([provider, resources]) => [uuid(Number(provider)), { resources }]),
      ),
      ...{ project_id: "p", user_id: "u", consumer_type: "INSTANCE", consumer_generation: null },
    });
    return status === 204;
  }

  async #shrink({ n, inventories }: WorldProvider, shrinkTo: Readonly<Record<string, number>>): Promise<void> {
    const path = `/resource_providers/${uuid(n)}/inventories`;
    const { body } = await this.#server.request("GET", path);
    const { resource_provider_generation: generation } = body as { resource_provider_generation: number };
    const shrunk = Object.entries(inventories).map(([name, inventory]) => [
      name,
      { ...inventory, total: shrinkTo[name] ?? inventory.total },
    ]);
    await this.#must("PUT", path, inventoriesBody(generation, Object.fromEntries(shrunk)));
  }

  async #make(what: "resource_classes" | "traits", name: string): Promise<void> {
    if (!name.startsWith("CUSTOM_") || this.#made.has(`${what}/${name}`)) return;
    await this.#must("PUT", `/${what}/${name}`);
    this.#made.add(`${what}/${name}`);
  }

  async #must(method: string, path: string, body?: unknown): Promise<void> {
    const { status, body: answer } = await this.#server.request(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
  }
}

function inventoriesBody(generation: number, inventories: Readonly<Record<string, Inventory>>): unknown {
  const documents = Object.entries(inventories).map(([name, inventory]) => [name, inventoryDocument(inventory)]);
  return { resource_provider_generation: generation, inventories: Object.fromEntries(documents) };
}

function answerOf({ allocation_requests, provider_summaries }: Document): Answer {
  return {
    requests: new Set(
      allocation_requests.map(({ allocations, mappings }) =>
        canonicalRequest(
          Object.fromEntries(Object.entries(allocations).map(([uuid, { resources }]) => [uuid, resources])),
          mappings,
        ),
      ),
    ),
    summaries: new Map(
      Object.entries(provider_summaries).map(([uuid, document]) => [uuid, canonicalSummary(summaryOf(document))]),
    ),
  };
}

function summaryOf(document: SummaryDocument) {
  const resources = Object.entries(document.resources);
  return {
    parent: document.parent_provider_uuid,
    root: document.root_provider_uuid,
    capacity: Object.fromEntries(resources.map(([name, { capacity }]) => [name, capacity])),
    used: Object.fromEntries(resources.map(([name, { used }]) => [name, used])),
    traits: document.traits,
  };
}
