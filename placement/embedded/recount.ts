import { isDeepStrictEqual } from "node:util";
import type { TransactionPart } from "../../store/transaction-part.ts";
import type { Resources } from "../placement.ts";
import { type Picture, unchanged, usageSlot } from "./picture.ts";
import type { UsageRecord } from "./records.ts";

/**
 * What makes a provider's usage the sum of its allocations again, which every claim keeps it to; `undefined`: it is.
 * It is not when somebody wrote, damaged or removed a record by hand (decision 0186). A claim in between moves the usage
 * and so loses nothing: the compare fails.
 */
export function recountPart(picture: Picture, provider: string): TransactionPart | undefined {
  const slot = usageSlot(picture, provider);
  const held = picture.state.allocationsOf(provider).map(({ allocations }) => allocations[provider]?.resources ?? {});
  const used = sumsOf(held);
  if (slot.problem === undefined && isDeepStrictEqual(slot.value?.used ?? {}, used)) return undefined;
  const usage: UsageRecord = { used, generation: (slot.value?.generation ?? 0) + 1 };
  return { compares: [unchanged(slot)], writes: [{ op: "put", key: slot.key, value: JSON.stringify(usage) }] };
}

function sumsOf(all: readonly Resources[]): Resources {
  const sums: Record<string, number> = {};
  for (const resources of all)
    for (const [name, amount] of Object.entries(resources)) sums[name] = (sums[name] ?? 0) + amount;
  return sums;
}
