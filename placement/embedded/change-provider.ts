import { isDeepStrictEqual } from "node:util";
import type { TransactionPart } from "../../store/transaction-part.ts";
import { checkProvider } from "../check-request.ts";
import type { ProviderState } from "../placement.ts";
import { PlacementError } from "../placement-error.ts";
import { usageKey } from "./keys.ts";
import { type Picture, providerSlot, unchanged, usageSlot } from "./picture.ts";
import type { ProviderRecord } from "./records.ts";

/** What brings a provider to a state, as far as it may be. */
export interface ProviderChange {
  /** `undefined`: nothing to write. */
  readonly part: TransactionPart | undefined;
  /** Why the inventories stay as they are; the rest of the state is taken all the same, so a cordon never waits. */
  readonly refused: PlacementError | undefined;
}

/** An unreadable record is written anew. */
export function planProvider(picture: Picture, state: ProviderState): ProviderChange {
  checkProvider(state);
  refuseTakenName(picture, state);
  const slot = providerSlot(picture, state.uuid);
  const usage = usageSlot(picture, state.uuid);
  const refused = droppedInUse(state, usage.value?.used ?? {});
  const next = nextRecord(slot.value, refused ? { ...state, inventories: slot.value?.inventories ?? {} } : state);
  if (slot.value !== undefined && isDeepStrictEqual(next, slot.value)) return { part: undefined, refused };
  const dropsClass = Object.keys(slot.value?.inventories ?? {}).some((name) => !Object.hasOwn(next.inventories, name));
  const part: TransactionPart = {
    // A claim of a class that stays may come in between; one of a class that goes may not.
    compares: dropsClass ? [unchanged(slot), unchanged(usage)] : [unchanged(slot)],
    writes: [{ op: "put", key: slot.key, value: JSON.stringify(next) }],
  };
  return { part, refused };
}

/** `undefined` when there is none. Removes its usage record too. */
export function removePart(picture: Picture, uuid: string): TransactionPart | undefined {
  const slot = providerSlot(picture, uuid);
  if (slot.modRevision === 0) return undefined;
  const usage = usageSlot(picture, uuid);
  const inUse = Object.keys(usage.value?.used ?? {});
  if (usage.problem !== undefined || inUse.length > 0) {
    const what = inUse.join(", ") || "an unreadable usage record";
    throw new PlacementError("InUse", `provider ${slot.value?.name ?? uuid} still has allocations: ${what}`);
  }
  return {
    compares: [unchanged(slot), unchanged(usage)],
    writes: [
      { op: "delete", key: slot.key },
      { op: "delete", key: usageKey(uuid) },
    ],
  };
}

/** Traits and aggregates are sets: their order in the request is nobody's business. */
function nextRecord(old: ProviderRecord | undefined, state: ProviderState): ProviderRecord {
  const next: ProviderRecord = {
    uuid: state.uuid,
    name: state.name,
    generation: 0,
    parent: old?.parent ?? null,
    root: old?.root ?? state.uuid,
    inventories: { ...state.inventories },
    traits: [...new Set(state.traits)].sort(),
    aggregates: [...new Set(state.aggregates)].sort(),
  };
  const changes = (["inventories", "traits", "aggregates"] as const).filter(
    (field) => !isDeepStrictEqual(next[field], old?.[field] ?? (field === "inventories" ? {} : [])),
  );
  return { ...next, generation: (old?.generation ?? 0) + changes.length };
}

/** Names are unique. Held against the picture only: hypervisors are named by a store key, which cannot be doubled. */
function refuseTakenName(picture: Picture, state: ProviderState): void {
  const holder = picture.state.providerNamed(state.name)?.record.uuid ?? state.uuid;
  if (holder !== state.uuid) throw new PlacementError("Conflict", `provider name ${state.name} is taken by ${holder}`);
}

function droppedInUse(state: ProviderState, used: Readonly<Record<string, number>>): PlacementError | undefined {
  const inUse = Object.keys(used).filter((name) => !Object.hasOwn(state.inventories, name));
  if (inUse.length === 0) return undefined;
  return new PlacementError("InUse", `provider ${state.name}: inventory of ${inUse.join(", ")} is in use`);
}
