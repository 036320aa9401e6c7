import { isDeepStrictEqual } from "node:util";
import type { Compare, Write } from "../../store/store.ts";
import type { TransactionPart } from "../../store/transaction-part.ts";
import { amountRefusal, capacityOf, unitRefusal } from "../capacity.ts";
import { checkClaim } from "../check-request.ts";
import type { Allocation, Allocations, Candidate, Consumer, Resources } from "../placement.ts";
import { PlacementError } from "../placement-error.ts";
import { allocationSlot, type Picture, providerSlot, type Slot, unchanged, usageSlot } from "./picture.ts";
import type { AllocationRecord, UsageRecord } from "./records.ts";

/** The effect of a first claim, or why there can be none. `type`: what this consumer is to Placement. */
export function claimPart(picture: Picture, consumer: Consumer, candidate: Candidate, type: string): TransactionPart {
  checkClaim(consumer, candidate);
  // One that cannot be read is written anew: its key says whose it is.
  const slot = allocationSlot(picture, consumer.uuid);
  if (slot.value && isDeepStrictEqual(heldBy(slot.value), candidate.allocations)) return repetition(slot, slot.value);
  if (slot.value) throw new PlacementError("Conflict", `consumer ${consumer.uuid} already has an allocation`);
  return changePart(picture, slot, { consumer, type, after: candidate.allocations });
}

/** Written again, so that the revision of every committed claim is one that our picture will show. */
function repetition(slot: Slot<AllocationRecord>, held: AllocationRecord): TransactionPart {
  const value = JSON.stringify({ ...held, generation: held.generation + 1 });
  return { compares: [unchanged(slot)], writes: [{ op: "put", key: slot.key, value }] };
}

export function resizePart(picture: Picture, consumer: Consumer, candidate: Candidate, type: string): TransactionPart {
  checkClaim(consumer, candidate);
  const slot = readable(allocationSlot(picture, consumer.uuid));
  if (!slot.value) throw new PlacementError("Conflict", `consumer ${consumer.uuid} has no allocation to resize`);
  return changePart(picture, slot, { consumer, type, after: { ...heldBy(slot.value), ...candidate.allocations } });
}

/** Of one that cannot be read nobody knows what it held: recountPart tells. */
export function releasePart(picture: Picture, consumer: string): TransactionPart {
  const slot = allocationSlot(picture, consumer);
  if (!slot.value && slot.problem === undefined) return { compares: [unchanged(slot)], writes: [] };
  const usages = usageChanges(picture, slot.value ? heldBy(slot.value) : {}, {});
  return {
    compares: [unchanged(slot), ...usages.compares],
    writes: [{ op: "delete", key: slot.key }, ...usages.writes],
  };
}

/** releasePart of exactly what was seen. */
export function releaseSeenPart(picture: Picture, { consumer, generation, allocations }: Allocation): TransactionPart {
  const { value } = readable(allocationSlot(picture, consumer));
  if (value && (value.generation !== generation || !isDeepStrictEqual(heldBy(value), allocations)))
    throw new PlacementError("Conflict", `consumer ${consumer} has changed since it was looked at`);
  return releasePart(picture, consumer);
}

/** Amounts by provider, without the nesting of the stored form. */
export const heldBy = (record: AllocationRecord): Allocations =>
  Object.fromEntries(Object.entries(record.allocations).map(([uuid, { resources }]) => [uuid, resources]));

interface Change {
  readonly consumer: Consumer;
  readonly type: string;
  readonly after: Allocations;
}

function changePart(picture: Picture, slot: Slot<AllocationRecord>, change: Change): TransactionPart {
  const { consumer, type, after } = change;
  const before = slot.value ? heldBy(slot.value) : {};
  for (const name of Object.values(after).flatMap(Object.keys))
    if (!picture.state.knowsClass(name)) throw new PlacementError("InvalidRequest", `unknown resource class ${name}`);
  for (const [provider, asked] of Object.entries(after))
    checkCapacity(picture, provider, before[provider] ?? {}, asked);
  const usages = usageChanges(picture, before, after);
  const record: AllocationRecord = {
    consumer: consumer.uuid,
    generation: (slot.value?.generation ?? 0) + 1,
    type,
    project: consumer.project,
    user: consumer.user,
    allocations: Object.fromEntries(Object.entries(after).map(([uuid, resources]) => [uuid, { resources }])),
  };
  const providers = Object.keys(after).map((uuid) => unchanged(providerSlot(picture, uuid)));
  return {
    compares: [unchanged(slot), ...providers, ...usages.compares],
    writes: [{ op: "put", key: slot.key, value: JSON.stringify(record) }, ...usages.writes],
  };
}

/**
 * The consumer's own old amounts do not count. A provider that is over its capacity (it shrank) still lets a
 * consumer stay or go down: upstream's rule since 14.0.0.
 */
function checkCapacity(picture: Picture, provider: string, before: Resources, asked: Resources): void {
  const record = readable(providerSlot(picture, provider)).value;
  if (!record) throw new PlacementError("Conflict", `provider ${provider} is gone`);
  const used = readable(usageSlot(picture, provider)).value?.used ?? {};
  for (const [name, amount] of Object.entries(asked)) {
    const held = before[name] ?? 0;
    const others = (used[name] ?? 0) - held;
    const inventory = record.inventories[name];
    const refusal =
      inventory && amount <= held
        ? unitRefusal(name, inventory, amount)
        : amountRefusal(name, inventory, others, amount);
    if (refusal === undefined) continue;
    const free = inventory ? `, ${Math.max(0, Math.floor(capacityOf(inventory) - others))} free` : "";
    throw new PlacementError("NoCapacity", `provider ${record.name}: ${refusal}: ${amount} asked${free}`);
  }
}

function usageChanges(picture: Picture, before: Allocations, after: Allocations): TransactionPart {
  const compares: Compare[] = [];
  const writes: Write[] = [];
  const providers = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const provider of providers) {
    const slot = readable(usageSlot(picture, provider));
    const usage = moved(slot.value, before[provider] ?? {}, after[provider] ?? {});
    compares.push(unchanged(slot));
    writes.push({ op: "put", key: slot.key, value: JSON.stringify(usage) });
  }
  return { compares, writes };
}

function moved(usage: UsageRecord | undefined, before: Resources, after: Resources): UsageRecord {
  const used: Record<string, number> = { ...usage?.used };
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const sum = (used[name] ?? 0) - (before[name] ?? 0) + (after[name] ?? 0);
    if (sum > 0) used[name] = sum;
    else delete used[name];
  }
  return { used, generation: (usage?.generation ?? 0) + 1 };
}

/** Nothing is decided on a record that cannot be read: somebody has to mend it first. */
function readable<T>(slot: Slot<T>): Slot<T> {
  if (slot.problem === undefined) return slot;
  throw new PlacementError("Conflict", `${slot.key} is unreadable: ${slot.problem}`);
}
