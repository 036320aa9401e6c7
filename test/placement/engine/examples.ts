import type { RequestGroup } from "../../../placement/candidates-query.ts";
import type { ProviderRecord } from "../../../placement/engine/records.ts";
import { PlacementState } from "../../../placement/engine/state.ts";
import { uuid } from "../examples.ts";

/** A root without inventories. */
export function providerRecord(number: number, fields: Partial<ProviderRecord> = {}): ProviderRecord {
  return {
    ...{ uuid: uuid(number), name: `provider-${number}`, generation: 0, parent: null, root: uuid(number) },
    ...{ inventories: {}, traits: [], aggregates: [] },
    ...fields,
  };
}

export const childRecord = (n: number, parent: number, root: number, rest: Partial<ProviderRecord>): ProviderRecord =>
  providerRecord(n, { parent: uuid(parent), root: uuid(root), ...rest });

export function stateWith(...records: ProviderRecord[]): PlacementState {
  const state = new PlacementState();
  for (const record of records) state.apply({ kind: "provider", uuid: record.uuid, record });
  return state;
}

export const aGroup = (
  suffix: string,
  resources: Record<string, number>,
  rest: Partial<RequestGroup> = {},
): RequestGroup => ({
  ...{ suffix, resources, required: [], forbidden: [], memberOf: [], notMemberOf: [] },
  ...rest,
});
