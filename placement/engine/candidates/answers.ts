import type { AllocationRequest } from "../../candidates-query.ts";
import type { ProviderNode } from "../provider-node.ts";
import { MAX_ANSWERS } from "./budget.ts";
import type { Choice } from "./combine.ts";
import type { Amount, CompiledGroup } from "./compile-query.ts";
import type { Search, Slot } from "./slots.ts";
import { summaryOf, type TreeSummary } from "./summaries.ts";

/** Gathers choices as allocation requests, each once. */
export class Answers {
  readonly requests: AllocationRequest[] = [];
  readonly #search: Search;
  readonly #limit: number;
  readonly #nested: boolean;
  /** Of requests that only sharing providers serve: these come up under every root that reaches them. */
  readonly #seen = new Set<string>();
  /** Providers that something is taken from. */
  readonly #used = new Set<ProviderNode>();

  constructor(search: Search, limit: number | undefined, nested: boolean) {
    this.#search = search;
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
    this.#nested = nested || !search.state.hasTrees;
  }

  get wanted(): boolean {
    return this.requests.length < this.#limit;
  }

  /** One provider that gives all of the only group, and shares with nobody. */
  takeAlone(node: ProviderNode, { source: { resources, suffix } }: CompiledGroup): void {
    const { budget } = this.#search;
    const { uuid } = node.record;
    budget.answered();
    this.requests.push({ allocations: { [uuid]: resources }, mappings: { [suffix]: [uuid] } });
    this.#used.add(node);
    if (this.wanted && this.requests.length >= MAX_ANSWERS) budget.giveUp();
  }

  /** Whether more are wanted. */
  take(slots: readonly Slot[], choice: Choice): boolean {
    const { budget } = this.#search;
    budget.answered();
    if (this.#isNew(slots, choice) && (this.#nested || oneOfEachTree(slots, choice))) {
      this.requests.push(requestOf(slots, choice));
      for (const [at, { amounts }] of slots.entries()) {
        const node = choice[at];
        if (node && amounts.length > 0) this.#used.add(node);
      }
    }
    if (this.wanted && this.requests.length >= MAX_ANSWERS) budget.giveUp();
    return this.wanted && !budget.spent;
  }

  summaries(): ReadonlyMap<string, TreeSummary> {
    const { state, usageOf } = this.#search;
    const summaries = new Map<string, TreeSummary>();
    const roots = new Set([...this.#used].map(({ record }) => record.root));
    for (const root of roots)
      for (const node of state.tree(root))
        if (this.#nested || this.#used.has(node))
          summaries.set(node.record.uuid, summaryOf(node, usageOf(node) ?? node.usage.used));
    return summaries;
  }

  #isNew(slots: readonly Slot[], choice: Choice): boolean {
    const sharing = this.#search.state.sharing();
    if (!choice.every((node) => sharing.has(node))) return true;
    const key = slots
      .map(({ group, amounts }, at) => `${group.suffix} ${amounts[0]?.resourceClass} ${choice[at]?.id}`)
      .sort()
      .join();
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }
}

/** A choice as Placement writes it: amounts of the same provider and class in one sum. */
function requestOf(slots: readonly Slot[], choice: Choice): AllocationRequest {
  const allocations: Record<string, Record<string, number>> = {};
  const mappings: Record<string, string[]> = {};
  for (const [at, { group, amounts }] of slots.entries()) {
    const uuid = choice[at]?.record.uuid ?? "";
    const mapped = mappings[group.suffix];
    if (!mapped) mappings[group.suffix] = [uuid];
    else if (!mapped.includes(uuid)) mapped.push(uuid);
    if (amounts.length > 0) allocations[uuid] = sum(allocations[uuid] ?? {}, amounts);
  }
  return { allocations, mappings };
}

function sum(resources: Record<string, number>, amounts: readonly Amount[]): Record<string, number> {
  for (const { resourceClass, amount } of amounts) resources[resourceClass] = (resources[resourceClass] ?? 0) + amount;
  return resources;
}

/** What clients from before nested providers understand. */
function oneOfEachTree(slots: readonly Slot[], choice: Choice): boolean {
  const used = new Set(choice.filter((_, at) => (slots[at]?.amounts.length ?? 0) > 0));
  return new Set([...used].map(({ record }) => record.root)).size === used.size;
}
