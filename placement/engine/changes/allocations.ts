import type { Allocations } from "../../placement.ts";
import { badRequest, concurrentUpdate, notFound } from "../problems.ts";
import type { AllocationRecord, RecordChange } from "../records.ts";
import type { PlacementState } from "../state.ts";
import type { Inventories } from "./inventories.ts";
import { UsageLedger } from "./usage-ledger.ts";

/** What a consumer whose type nobody told is shown as; no type a client may give looks like it. */
export const UNKNOWN_TYPE = "unknown";

/** All that a consumer shall hold from now on; nothing: it is forgotten. */
export interface ConsumerClaim {
  readonly consumer: string;
  /** The generation the client knows, `null` for a consumer nobody knows; `undefined`: not asked for (below 1.28). */
  readonly generation: number | null | undefined;
  readonly project: string;
  readonly user: string;
  /** `undefined`: not asked for (below 1.38); a known consumer keeps its own. */
  readonly type: string | undefined;
  readonly allocations: Allocations;
}

/** Other inventories than the providers have, while a reshape is under way. */
export type InventoryView = (provider: string) => Inventories | undefined;

/**
 * Replaces what consumers hold, all or nothing. Room is looked at after everything they held is given back, the
 * amounts of all of them together. Problems: `concurrent_update` for a consumer's generation, `bad_request` for an
 * unknown provider or class, `conflict` for what the inventories do not allow. Each provider named counts one write;
 * one that is only left does not.
 */
export function setAllocations(
  state: PlacementState,
  claims: readonly ConsumerClaim[],
  inventoriesOf: InventoryView = (provider) => state.provider(provider)?.record.inventories,
): readonly RecordChange[] {
  for (const claim of claims) checkConsumer(state.consumer(claim.consumer), claim);
  for (const { allocations } of claims) checkProviders(state, allocations);
  const ledger = new UsageLedger(state, inventoriesOf);
  for (const claim of claims) ledger.giveBack(state.consumer(claim.consumer));
  for (const claim of claims) ledger.take(claim.allocations, noteOf(claims, claim));
  for (const claim of claims) if (isEmpty(claim)) ledger.count(Object.keys(heldBefore(state, claim)));
  return [...claims.flatMap((claim) => recordChange(state.consumer(claim.consumer), claim)), ...ledger.changes()];
}

/** Gives back all that a consumer holds; generations of providers stay. */
export function deleteAllocations(state: PlacementState, consumer: string): readonly RecordChange[] {
  const record = state.consumer(consumer);
  if (!record) throw notFound(`No allocations for consumer '${consumer}'`);
  const ledger = new UsageLedger(state, () => undefined);
  ledger.giveBack(record);
  return [{ kind: "allocation", consumer, record: undefined }, ...ledger.changes()];
}

const isEmpty = ({ allocations }: ConsumerClaim): boolean => Object.keys(allocations).length === 0;
const heldBefore = (state: PlacementState, { consumer }: ConsumerClaim): AllocationRecord["allocations"] =>
  state.consumer(consumer)?.allocations ?? {};

/** Leads in a message about an unknown class, as upstream tells one consumer from several. */
const noteOf = (claims: readonly ConsumerClaim[], { consumer }: ConsumerClaim): string =>
  claims.length === 1 ? `Unable to allocate inventory for consumer ${consumer}:` : "Unable to allocate inventory";

function checkConsumer(record: AllocationRecord | undefined, { generation }: ConsumerClaim): void {
  if (generation === undefined || generation === (record?.generation ?? null)) return;
  const expected = record ? String(record.generation) : "null";
  throw concurrentUpdate(`consumer generation conflict - expected ${expected} but got ${generation ?? "None"}`);
}

function checkProviders(state: PlacementState, allocations: Allocations): void {
  const missing = Object.keys(allocations).find((provider) => !state.provider(provider));
  if (missing !== undefined) throw badRequest(`Allocation for resource provider '${missing}' that does not exist.`);
}

function recordChange(before: AllocationRecord | undefined, claim: ConsumerClaim): readonly RecordChange[] {
  const { consumer, project, user } = claim;
  if (isEmpty(claim)) return before ? [{ kind: "allocation", consumer, record: undefined }] : [];
  const held = Object.entries(claim.allocations).map(([provider, resources]) => [provider, { resources }] as const);
  const record: AllocationRecord = {
    consumer,
    generation: (before?.generation ?? 0) + 1,
    type: claim.type ?? before?.type ?? UNKNOWN_TYPE,
    project,
    user,
    allocations: Object.fromEntries(held),
  };
  return [{ kind: "allocation", consumer, record }];
}
