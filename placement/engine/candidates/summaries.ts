import { wholeCapacityOf } from "../../capacity.ts";
import type { ProviderSummary, Resources } from "../../placement.ts";
import type { ProviderNode } from "../provider-node.ts";

export interface TreeSummary extends ProviderSummary {
  readonly parent: string | null;
  readonly root: string;
}

export function summaryOf({ record }: ProviderNode, used: Resources): TreeSummary {
  const { uuid, parent, root, traits } = record;
  const capacity: Record<string, number> = {};
  const usedOf: Record<string, number> = {};
  for (const [name, inventory] of Object.entries(record.inventories)) {
    capacity[name] = wholeCapacityOf(inventory);
    usedOf[name] = used[name] ?? 0;
  }
  return { uuid, parent, root, capacity, used: usedOf, traits };
}
