import type { ProviderRecord } from "../../../placement/engine/records.ts";
import { uuid } from "../examples.ts";

/** A root without inventories. */
export function providerRecord(number: number, fields: Partial<ProviderRecord> = {}): ProviderRecord {
  return {
    ...{ uuid: uuid(number), name: `provider-${number}`, generation: 0, parent: null, root: uuid(number) },
    ...{ inventories: {}, traits: [], aggregates: [] },
    ...fields,
  };
}
