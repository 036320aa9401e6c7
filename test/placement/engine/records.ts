import type { ProviderRecord } from "../../../placement/engine/records.ts";
import type { Inventory } from "../../../placement/placement.ts";

/** A uuid that can be read: ends in the number. */
export const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

export function inventory(total: number, fields: Partial<Inventory> = {}): Inventory {
  return { total, reserved: 0, minUnit: 1, maxUnit: 2_147_483_647, stepSize: 1, allocationRatio: 1, ...fields };
}

export function providerRecord(number: number, fields: Partial<ProviderRecord> = {}): ProviderRecord {
  return {
    ...{ uuid: uuid(number), name: `provider-${number}`, generation: 0, parent: null, root: uuid(number) },
    ...{ inventories: {}, traits: [], aggregates: [] },
    ...fields,
  };
}
