import { type ConsumerClaim, setAllocations } from "../../../../placement/engine/changes/allocations.ts";
import { capacityRule, setInventories } from "../../../../placement/engine/changes/inventories.ts";
import { createProvider } from "../../../../placement/engine/changes/providers.ts";
import type { Planned } from "../../../../placement/engine/changes/views.ts";
import { PlacementProblem } from "../../../../placement/engine/placement-problem.ts";
import { generationOf } from "../../../../placement/engine/provider-node.ts";
import type { RecordChange } from "../../../../placement/engine/records.ts";
import { PlacementState } from "../../../../placement/engine/state.ts";
import type { Inventory } from "../../../../placement/placement.ts";
import { uuid } from "../../examples.ts";

type Resources = Readonly<Record<string, number>>;

export const inventory = (total: number, more: Partial<Inventory> = {}): Inventory => ({
  ...{ total, reserved: 0, minUnit: 1, maxUnit: 1_000_000, stepSize: 1, allocationRatio: 1 },
  ...more,
});

export const claim = (
  consumer: number,
  allocations: Readonly<Record<string, Resources>>,
  more: Partial<ConsumerClaim> = {},
): ConsumerClaim => ({
  ...{ consumer: uuid(consumer), generation: undefined, project: "p", user: "u", type: "INSTANCE", allocations },
  ...more,
});

/** A state that plans are carried out on, in words of tests: providers and consumers are numbers. */
export class World {
  readonly state = new PlacementState();

  do(changes: readonly RecordChange[]): void {
    for (const change of changes) this.state.apply(change);
  }

  plan<T>({ changes, result }: Planned<T>): T {
    this.do(changes);
    return result;
  }

  provider(n: number, inventories: Readonly<Record<string, Inventory>> = {}, parent: number | null = null): string {
    const id = uuid(n);
    this.plan(createProvider(this.state, { uuid: id, name: `p${n}`, parent: parent === null ? null : uuid(parent) }));
    const update = { provider: id, generation: undefined, rule: capacityRule(true) };
    if (Object.keys(inventories).length > 0) this.plan(setInventories(this.state, update, inventories));
    return id;
  }

  claim(...claims: readonly ConsumerClaim[]): void {
    this.do(setAllocations(this.state, claims));
  }

  generation(n: number): number {
    const node = this.state.provider(uuid(n));
    if (!node) throw new Error(`no provider ${n}`);
    return generationOf(node);
  }

  used(n: number): Resources | undefined {
    return this.state.provider(uuid(n))?.usage.used;
  }
}

/** The problem that a call throws. */
export function problemOf(call: () => unknown): PlacementProblem {
  try {
    call();
  } catch (error) {
    if (error instanceof PlacementProblem) return error;
    throw error;
  }
  throw new Error("it was not refused");
}
