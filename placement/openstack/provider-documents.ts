import { isDeepStrictEqual } from "node:util";
import type { Inventory } from "../placement.ts";
import type { InventoryDocument } from "./documents.ts";

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
