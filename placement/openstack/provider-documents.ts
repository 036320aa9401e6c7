import { isDeepStrictEqual } from "node:util";
import type { Inventory } from "../placement.ts";

// Providers as Placement writes them at 1.39.

export interface ProviderDocument {
  readonly uuid: string;
  readonly name: string;
  readonly generation: number;
}
export interface InventoryDocument {
  readonly total: number;
  readonly reserved: number;
  readonly min_unit: number;
  readonly max_unit: number;
  readonly step_size: number;
  readonly allocation_ratio: number;
}
export interface InventoriesDocument {
  readonly inventories: Readonly<Record<string, InventoryDocument>>;
  readonly resource_provider_generation: number;
}
export interface TraitsDocument {
  readonly traits: readonly string[];
  readonly resource_provider_generation: number;
}
export interface AggregatesDocument {
  readonly aggregates: readonly string[];
  readonly resource_provider_generation: number;
}

export const writeInventory = (inventory: Inventory): InventoryDocument => ({
  total: inventory.total,
  reserved: inventory.reserved,
  min_unit: inventory.minUnit,
  max_unit: inventory.maxUnit,
  step_size: inventory.stepSize,
  allocation_ratio: inventory.allocationRatio,
});

export const readInventory = (document: InventoryDocument): Inventory => ({
  total: document.total,
  reserved: document.reserved,
  minUnit: document.min_unit,
  maxUnit: document.max_unit,
  stepSize: document.step_size,
  allocationRatio: document.allocation_ratio,
});

export const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

export const sameSet = (a: Iterable<string>, b: Iterable<string>): boolean => isDeepStrictEqual(new Set(a), new Set(b));
