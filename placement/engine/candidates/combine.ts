import { wholeCapacityOf } from "../../capacity.ts";
import type { ProviderNode } from "../provider-node.ts";
import { type AnyOf, inAny } from "./compile-query.ts";
import type { Search, Slot } from "./slots.ts";
import { shareSubtree } from "./subtree.ts";

/** One provider per slot. Reused: valid during the call only. */
export type Choice = readonly ProviderNode[];

/**
 * Tells every choice of options that is right as a whole: isolation, subtrees, amounts that add up, traits that the
 * unsuffixed group collects. `take` answers whether it wants more. False: stopped.
 */
export function combine(search: Search, slots: readonly Slot[], take: (choice: Choice) => boolean): boolean {
  const chosen: ProviderNode[] = [];
  const allowed = constraints(search, slots, chosen);
  const descend = (depth: number): boolean => {
    const slot = slots[depth];
    if (!slot) return take(chosen);
    for (const node of slot.options) {
      if (!search.budget.step()) return false;
      chosen[depth] = node;
      if (allowed.every((check) => check(depth)) && !descend(depth + 1)) return false;
    }
    return true;
  };
  return slots.length === 0 || descend(0);
}

/** Whether the choice may stand as far as `depth`, which was chosen last. Those before it were judged already. */
type Check = (depth: number) => boolean;

/** Only what this query needs. */
function constraints(search: Search, slots: readonly Slot[], chosen: Choice): readonly Check[] {
  const { query } = search;
  const checks: Check[] = [];
  if (query.isolate && query.granular.length > 1) checks.push(isolated(slots, chosen));
  if (query.repeated.size > 0) checks.push(withinCapacity(search, slots, chosen));
  if (query.unsuffixed && query.unsuffixed.required.length > 0)
    checks.push(collectsTraits(query.unsuffixed.required, slots, chosen));
  for (const suffixes of query.sameSubtree) checks.push(underOne(search, suffixes, slots, chosen));
  return checks;
}

function isolated(slots: readonly Slot[], chosen: Choice): Check {
  const granular = slots.map(({ group }) => group.suffix !== "");
  return (depth) => {
    if (!granular[depth]) return true;
    for (let before = 0; before < depth; before++)
      if (granular[before] && chosen[before] === chosen[depth]) return false;
    return true;
  };
}

/** Each slot alone fits. What groups take together of one provider and class must fit its room and max_unit too. */
function withinCapacity({ query, usageOf }: Search, slots: readonly Slot[], chosen: Choice): Check {
  return (depth) => {
    const node = chosen[depth];
    for (const { resourceClass, amount } of slots[depth]?.amounts ?? []) {
      if (!node || !query.repeated.has(resourceClass)) continue;
      const sum = amount + takenBefore(resourceClass, depth);
      const inventory = node.record.inventories[resourceClass];
      if (sum === amount || !inventory) continue;
      const used = usageOf(node)?.[resourceClass] ?? 0;
      if (sum > inventory.maxUnit || used + sum > wholeCapacityOf(inventory)) return false;
    }
    return true;
  };

  function takenBefore(resourceClass: string, depth: number): number {
    let sum = 0;
    for (let before = 0; before < depth; before++) {
      if (chosen[before] !== chosen[depth]) continue;
      for (const taken of slots[before]?.amounts ?? []) if (taken.resourceClass === resourceClass) sum += taken.amount;
    }
    return sum;
  }
}

/** The providers of the unsuffixed group have the required traits together: chosen ones, or options still to come. */
function collectsTraits(required: readonly AnyOf[], slots: readonly Slot[], chosen: Choice): Check {
  const collects = slots.map(({ group }) => group.suffix === "");
  const possibleFrom = slots.map((_, from) =>
    required.map((anyOf) =>
      slots.some((slot, at) => at > from && collects[at] && slot.options.some((node) => inAny(node, anyOf))),
    ),
  );
  return (depth) => {
    if (!collects[depth]) return true;
    return required.every((anyOf, at) => {
      if (possibleFrom[depth]?.[at]) return true;
      for (let slot = 0; slot <= depth; slot++) {
        const node = chosen[slot];
        if (collects[slot] && node && inAny(node, anyOf)) return true;
      }
      return false;
    });
  };
}

/** Judged when the last of its groups is chosen. */
function underOne({ state }: Search, suffixes: readonly string[], slots: readonly Slot[], chosen: Choice): Check {
  const members = slots.flatMap(({ group }, at) => (suffixes.includes(group.suffix) ? [at] : []));
  const last = Math.max(...members);
  return (depth) =>
    depth !== last ||
    shareSubtree(
      state,
      members.map((at) => chosen[at]).filter((node) => node !== undefined),
    );
}
