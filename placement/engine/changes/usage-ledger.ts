import { capacityOf } from "../../capacity.ts";
import type { Allocations, Inventory, Resources } from "../../placement.ts";
import { badRequest, conflict } from "../problems.ts";
import { type AllocationRecord, NO_USAGE, type RecordChange } from "../records.ts";
import type { PlacementState } from "../state.ts";
import type { InventoryView } from "./allocations.ts";
import { unknownClass } from "./inventories.ts";

interface Page {
  readonly used: Map<string, number>;
  counted: boolean;
}

/** The sums of some providers while a request is decided: what is given back first, then what is taken. */
export class UsageLedger {
  readonly #state: PlacementState;
  readonly #inventoriesOf: InventoryView;
  readonly #pages = new Map<string, Page>();

  constructor(state: PlacementState, inventoriesOf: InventoryView) {
    this.#state = state;
    this.#inventoriesOf = inventoriesOf;
  }

  giveBack(record: AllocationRecord | undefined): void {
    for (const [provider, { resources }] of Object.entries(record?.allocations ?? {}))
      for (const [name, amount] of Object.entries(resources)) this.#add(provider, name, -amount);
  }

  /** Checks each amount against its inventory and against what was taken before. `note` leads in an unknown class. */
  take(allocations: Allocations, note: string): void {
    const unknown = Object.values(allocations)
      .flatMap(Object.keys)
      .find((name) => !this.#state.knowsClass(name));
    if (unknown !== undefined) throw badRequest(`${note} ${unknownClass(unknown)}`);
    for (const [provider, resources] of Object.entries(allocations)) this.#takeFrom(provider, resources);
    this.count(Object.keys(allocations));
  }

  /** A write that names these providers. */
  count(providers: readonly string[]): void {
    for (const provider of providers) this.#page(provider).counted = true;
  }

  /** What is used of a provider by now. */
  used(provider: string): Resources {
    return Object.fromEntries([...this.#page(provider).used].filter(([, amount]) => amount > 0));
  }

  changes(): readonly RecordChange[] {
    return [...this.#pages].map(([provider, { counted }]) => {
      const { generation } = this.#state.provider(provider)?.usage ?? NO_USAGE;
      const record = { used: this.used(provider), generation: generation + (counted ? 1 : 0) };
      return { kind: "usage", provider, record };
    });
  }

  #takeFrom(provider: string, resources: Resources): void {
    const inventories = this.#inventoriesOf(provider) ?? {};
    for (const [name, amount] of Object.entries(resources)) {
      const inventory = Object.hasOwn(inventories, name) ? inventories[name] : undefined;
      if (!inventory) throw refuse(`Inventory for '${name}' on resource provider '${provider}' invalid.`);
      const used = this.#page(provider).used.get(name) ?? 0;
      const problem = amountProblem(inventory, used, amount);
      if (problem !== undefined)
        throw refuse(`Unable to create allocation for '${name}' on resource provider '${provider}'. ${problem}`);
      this.#add(provider, name, amount);
    }
  }

  #add(provider: string, name: string, amount: number): void {
    const { used } = this.#page(provider);
    used.set(name, (used.get(name) ?? 0) + amount);
  }

  #page(provider: string): Page {
    const known = this.#pages.get(provider);
    if (known) return known;
    const page = { used: new Map(Object.entries(this.#state.provider(provider)?.usage.used ?? {})), counted: false };
    this.#pages.set(provider, page);
    return page;
  }
}

function amountProblem(inventory: Inventory, used: number, amount: number): string | undefined {
  const { minUnit, maxUnit, stepSize } = inventory;
  if (amount < minUnit || amount > maxUnit || amount % stepSize !== 0)
    return `The requested amount would violate inventory constraints: ${amount} asked; min_unit ${minUnit}, max_unit ${maxUnit}, step_size ${stepSize}.`;
  // 8.0's rule: a provider that shrank below what is used of it lets nobody write, not even less.
  const capacity = capacityOf(inventory);
  if (used + amount <= capacity) return undefined;
  return `The requested amount would exceed the capacity: ${amount} asked, ${Math.max(0, Math.floor(capacity - used))} free.`;
}

const refuse = (message: string) => conflict(`Unable to allocate inventory: ${message}`);
