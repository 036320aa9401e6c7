import type { Inventory } from "./placement.ts";

/** An inventory as Placement's API writes it. */
export const inventoryDocument = (inventory: Inventory) => ({
  total: inventory.total,
  reserved: inventory.reserved,
  min_unit: inventory.minUnit,
  max_unit: inventory.maxUnit,
  step_size: inventory.stepSize,
  allocation_ratio: inventory.allocationRatio,
});
