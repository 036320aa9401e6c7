import type { Informer } from "../../store/informer-contract.ts";
import type { Compare, Entry, Write } from "../../store/store.ts";
import type { TransactionPart } from "../../store/transaction-part.ts";
import type { ProviderNode } from "../engine/provider-node.ts";
import type { PlacementState } from "../engine/state.ts";
import type { Resources } from "../placement.ts";
import type { EngineState } from "./engine-state.ts";
import { allocationKey, providerKey, recordKindOf, usageKey, uuidOf } from "./keys.ts";
import {
  type AllocationRecord,
  decodePlacementRecord,
  type PlacementRecord,
  type ProviderRecord,
  type UsageRecord,
} from "./records.ts";

/**
 * What stands under one key, and the revision to compare when deciding by it: 0 when the store has no such key
 * (also when a pending write would create it), `problem` when the store holds something unreadable.
 */
export interface Slot<T> {
  readonly key: string;
  readonly value: T | undefined;
  readonly modRevision: number;
  readonly problem?: string;
}

/** The state the engine decides on. Reading is synchronous. */
export interface Picture {
  slot(key: string): Slot<PlacementRecord>;
  /** Providers, and who holds what, as they stand in the store. */
  readonly state: PlacementState;
  /** What is used of a provider here; `undefined`: its record cannot be read. */
  usageOf(node: ProviderNode): Resources | undefined;
  /** How many more providers there are that cannot be read. */
  unreadableProviders(): number;
}

/** The present state of an informer on `placement/`. `state` is to be kept up with its changes. */
export function informerPicture(informer: Informer<PlacementRecord>, kept: EngineState): Picture {
  return {
    ...pictureOf(kept),
    slot: (key) => {
      const cached = informer.get(key);
      if (cached) return { key, value: cached.value, modRevision: cached.modRevision };
      const bad = informer.malformed.get(key);
      if (bad) return { key, value: undefined, modRevision: bad.entry.modRevision, problem: bad.problem };
      return { key, value: undefined, modRevision: 0 };
    },
  };
}

/** What a picture has of the engine's state. */
export const pictureOf = (kept: EngineState): Omit<Picture, "slot"> => ({
  state: kept.state,
  usageOf: ({ record, usage }) => (kept.isUsageReadable(record.uuid) ? usage.used : undefined),
  unreadableProviders: () => kept.unreadableProviders,
});

/**
 * `base` as it will be once `pending` is committed; the revisions to compare stay those of the store. Costs as much as
 * there are pending writes. Parts come from claims, and claims never write providers.
 */
export function assumingPicture(base: Picture, pending: TransactionPart): Picture {
  const writes = new Map<string, Write>();
  const usages = new Map<string, Write>();
  for (const write of pending.writes) {
    const kind = recordKindOf(write.key);
    if (kind !== "other") writes.set(write.key, write);
    if (kind === "usage") usages.set(uuidOf(write.key), write);
  }
  return {
    ...stateOf(base),
    slot: (key) => {
      const write = writes.get(key);
      return write ? { key, modRevision: base.slot(key).modRevision, ...written(write) } : base.slot(key);
    },
    usageOf: (node) => {
      const write = usages.get(node.record.uuid);
      return write ? usedIn(written(write)) : base.usageOf(node);
    },
  };
}

const stateOf = (base: Picture): Omit<Picture, "slot"> => ({
  state: base.state,
  usageOf: (node) => base.usageOf(node),
  unreadableProviders: () => base.unreadableProviders(),
});

function usedIn({ value, problem }: ReturnType<typeof decoded>): Resources | undefined {
  if (problem !== undefined) return undefined;
  return value?.kind === "usage" ? value.record.used : {};
}

/** `base`, corrected by what a lost commit found under the compared keys. */
export function correctedPicture(base: Picture, current: ReadonlyMap<string, Entry | undefined>): Picture {
  return {
    ...stateOf(base),
    slot: (key) => {
      if (!current.has(key)) return base.slot(key);
      const entry = current.get(key);
      return { key, modRevision: entry?.modRevision ?? 0, ...decoded(key, entry?.value) };
    },
  };
}

const decodedWrites = new WeakMap<Write, ReturnType<typeof decoded>>();

/** Decoded once: a batch looks at the same pending writes for each of its claims. */
function written(write: Write): ReturnType<typeof decoded> {
  const known = decodedWrites.get(write) ?? decoded(write.key, write.op === "put" ? write.value : undefined);
  decodedWrites.set(write, known);
  return known;
}

function decoded(key: string, text: string | undefined): { value: PlacementRecord | undefined; problem?: string } {
  if (text === undefined) return { value: undefined };
  const result = decodePlacementRecord(key, text);
  return result.ok ? { value: result.value } : { value: undefined, problem: result.problem };
}

/** The compare that holds a transaction to what was seen. */
export const unchanged = ({ key, modRevision }: Slot<unknown>): Compare =>
  modRevision === 0 ? { key, absent: true } : { key, modRevision };

export function providerSlot(picture: Picture, uuid: string): Slot<ProviderRecord> {
  const slot = picture.slot(providerKey(uuid));
  return { ...slot, value: slot.value?.kind === "provider" ? slot.value.record : undefined };
}

export function usageSlot(picture: Picture, provider: string): Slot<UsageRecord> {
  const slot = picture.slot(usageKey(provider));
  return { ...slot, value: slot.value?.kind === "usage" ? slot.value.record : undefined };
}

export function allocationSlot(picture: Picture, consumer: string): Slot<AllocationRecord> {
  const slot = picture.slot(allocationKey(consumer));
  return { ...slot, value: slot.value?.kind === "allocation" ? slot.value.record : undefined };
}
