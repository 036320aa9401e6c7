import { classWords } from "../../../resources/class-words.ts";
import { capacityOf, unitRefusal } from "../../capacity.ts";
import type { Inventory } from "../../placement.ts";
import { REASON, type Refusal, type Shortage } from "../../refusal.ts";
import type { Amount } from "../candidates/compile-query.ts";
import type { Search } from "../candidates/slots.ts";
import type { ProviderNode } from "../provider-node.ts";

/** Why a provider cannot give an amount; `undefined` when it can. */
export function amountRefusal({ usageOf }: Search, node: ProviderNode, asked: Amount): Refusal | undefined {
  const { resourceClass, amount } = asked;
  const inventory = node.record.inventories[resourceClass];
  if (!inventory) return noInventory(asked);
  const used = usageOf(node);
  if (!used) return { reason: REASON.unreadableUsage, text: REASON.unreadableUsage };
  const left = capacityOf(inventory) - (used[resourceClass] ?? 0);
  const shortage: Shortage = {
    ...inventory,
    ...{ resourceClass, asked: amount, provider: node.record.uuid },
    free: Math.max(0, Math.floor(left)),
    short: Math.max(0, Math.ceil(amount - left)),
  };
  const unit = unitRefusal(resourceClass, inventory, amount);
  if (unit !== undefined)
    return { reason: unit, text: `${askedWords(asked)}, ${unitWords(inventory, amount)}`, shortage };
  if (amount <= left) return undefined;
  return { reason: `insufficient ${resourceClass}`, text: `${askedWords(asked)}, ${roomWords(shortage)}`, shortage };
}

export const noInventory = (asked: Amount): Refusal => ({
  reason: `no ${asked.resourceClass}`,
  text: `${askedWords(asked)}, none here`,
});

function askedWords({ resourceClass, amount }: Amount): string {
  const { name, unit } = classWords(resourceClass);
  return `${name}: ${amount}${unit} asked`;
}

function roomWords({ free, total, allocationRatio, reserved }: Shortage): string {
  const ratio = Number.isInteger(allocationRatio) ? allocationRatio.toFixed(1) : String(allocationRatio);
  return `${free} free of ${total} × ${ratio}${reserved > 0 ? `, ${reserved} reserved` : ""}`;
}

function unitWords({ minUnit, maxUnit, stepSize }: Inventory, amount: number): string {
  if (amount < minUnit) return `at least ${minUnit} at once (min_unit)`;
  if (amount > maxUnit) return `at most ${maxUnit} at once (max_unit)`;
  return `only multiples of ${stepSize} (step_size)`;
}
