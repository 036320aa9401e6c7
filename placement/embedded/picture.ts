import type { Informer } from "../../store/informer-contract.ts";
import type { Compare, Entry, Write } from "../../store/store.ts";
import type { TransactionPart } from "../../store/transaction-part.ts";
import { allocationKey, providerKey, providerPrefix, recordKindOf, usageKey } from "./keys.ts";
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
  /** Readable providers, in key order. */
  providers(): Iterable<ProviderRecord>;
  /** How many more there are that cannot be read. */
  unreadableProviders(): number;
}

/** The present state of an informer on `placement/`. */
export function informerPicture(informer: Informer<PlacementRecord>): Picture {
  return {
    slot: (key) => {
      const cached = informer.get(key);
      if (cached) return { key, value: cached.value, modRevision: cached.modRevision };
      const bad = informer.malformed.get(key);
      if (bad) return { key, value: undefined, modRevision: bad.entry.modRevision, problem: bad.problem };
      return { key, value: undefined, modRevision: 0 };
    },
    *providers() {
      for (const { value } of informer.entries(providerPrefix)) if (value.kind === "provider") yield value.record;
    },
    unreadableProviders: () => [...informer.malformed.keys()].filter((key) => key.startsWith(providerPrefix)).length,
  };
}

/** `base` as it will be once `pending` is committed; the revisions to compare stay those of the store. */
export function assumingPicture(base: Picture, pending: TransactionPart): Picture {
  const writes = new Map<string, Write>();
  for (const write of pending.writes) if (recordKindOf(write.key) !== "other") writes.set(write.key, write);
  return {
    slot: (key) => {
      const write = writes.get(key);
      const { modRevision } = base.slot(key);
      return write
        ? { key, modRevision, ...decoded(key, write.op === "put" ? write.value : undefined) }
        : base.slot(key);
    },
    // Parts come from claims, and claims never write providers.
    providers: () => base.providers(),
    unreadableProviders: () => base.unreadableProviders(),
  };
}

/** `base`, corrected by what a lost commit found under the compared keys. */
export function correctedPicture(base: Picture, current: ReadonlyMap<string, Entry | undefined>): Picture {
  return {
    slot: (key) => {
      if (!current.has(key)) return base.slot(key);
      const entry = current.get(key);
      return { key, modRevision: entry?.modRevision ?? 0, ...decoded(key, entry?.value) };
    },
    providers: () => base.providers(),
    unreadableProviders: () => base.unreadableProviders(),
  };
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
