import { concurrentUpdate, providerMissing } from "../problems.ts";
import type { ProviderNode } from "../provider-node.ts";
import { generationOf } from "../provider-node.ts";
import type { ProviderRecord, RecordChange } from "../records.ts";
import type { PlacementState } from "../state.ts";

/** Records to write, and what the request is answered with: the state as it will be once they are written. */
export interface Planned<T> {
  readonly changes: readonly RecordChange[];
  readonly result: T;
}

/** `not_found` for a provider that is not there. */
export function neededProvider(state: PlacementState, uuid: string): ProviderNode {
  const node = state.provider(uuid);
  if (!node) throw providerMissing(uuid);
  return node;
}

/** `placement.concurrent_update` unless the client knows the present generation. `undefined`: it was not asked for it. */
export function checkGeneration(node: ProviderNode, given: number | undefined, message: string): void {
  if (given !== undefined && given !== generationOf(node)) throw concurrentUpdate(message);
}

/** The provider with another record. */
export const providerChange = (record: ProviderRecord): RecordChange => ({
  kind: "provider",
  uuid: record.uuid,
  record,
});
export const withRecord = (node: ProviderNode, record: ProviderRecord): ProviderNode => ({ ...node, record });
