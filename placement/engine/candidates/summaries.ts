import { wholeCapacityOf } from "../../capacity.ts";
import type { ProviderSummary, Resources } from "../../placement.ts";
import type { ProviderNode } from "../provider-node.ts";
import type { ProviderRecord } from "../records.ts";

export interface TreeSummary extends ProviderSummary {
  readonly parent: string | null;
  readonly root: string;
}

/** Records do not change, and are looked at again for each decision. */
const capacities = new WeakMap<ProviderRecord, Resources>();

function capacityIn(record: ProviderRecord): Resources {
  const known = capacities.get(record);
  if (known) return known;
  const amounts = Object.entries(record.inventories).map(([name, inventory]) => [name, wholeCapacityOf(inventory)]);
  const capacity: Resources = Object.fromEntries(amounts);
  capacities.set(record, capacity);
  return capacity;
}

export function summaryOf({ record }: ProviderNode, used: Resources): TreeSummary {
  const { uuid, parent, root, traits } = record;
  const capacity = capacityIn(record);
  const usedOf: Record<string, number> = {};
  for (const name in capacity) usedOf[name] = used[name] ?? 0;
  return { uuid, parent, root, capacity, used: usedOf, traits };
}
