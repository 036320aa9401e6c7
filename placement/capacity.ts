import type { Inventory } from "./placement.ts";

/** What may be allocated of a class, in fractions of a unit: (total - reserved) × ratio. */
export const capacityOf = (inventory: Inventory): number =>
  (inventory.total - inventory.reserved) * inventory.allocationRatio;

/** As Placement shows it: whole units. */
export const wholeCapacityOf = (inventory: Inventory): number => Math.trunc(capacityOf(inventory));

/**
 * Why an amount cannot be taken from an inventory on top of `used`, in words that can be counted; `undefined` when
 * it can. The rules are those of upstream's capacity clause: min_unit, max_unit, step_size, fractional capacity.
 */
export function amountRefusal(
  resourceClass: string,
  inventory: Inventory | undefined,
  used: number,
  amount: number,
): string | undefined {
  if (inventory === undefined) return `no ${resourceClass}`;
  return (
    unitRefusal(resourceClass, inventory, amount) ??
    (used + amount > capacityOf(inventory) ? `insufficient ${resourceClass}` : undefined)
  );
}

/** `amountRefusal` without its words. */
export const accepts = (inventory: Inventory, used: number, amount: number): boolean =>
  used + amount <= capacityOf(inventory) &&
  amount >= inventory.minUnit &&
  amount <= inventory.maxUnit &&
  amount % inventory.stepSize === 0;

/** The part of the rules that does not depend on usage. */
export function unitRefusal(resourceClass: string, inventory: Inventory, amount: number): string | undefined {
  if (amount < inventory.minUnit) return `${resourceClass} below min_unit`;
  if (amount > inventory.maxUnit) return `${resourceClass} above max_unit`;
  return amount % inventory.stepSize === 0 ? undefined : `${resourceClass} not a multiple of step_size`;
}
