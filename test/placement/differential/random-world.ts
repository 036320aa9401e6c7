import type { Inventory } from "../../../placement/placement.ts";
import { anInventory, uuid } from "../examples.ts";
import type { Dice } from "./dice.ts";
import type { World, WorldConsumer, WorldProvider } from "./world.ts";

/** Few names, so that queries meet providers. */
export const HOST_CLASSES = ["VCPU", "MEMORY_MB", "DISK_GB"];
export const DEVICE_CLASSES = ["SRIOV_NET_VF", "CUSTOM_GPU"];
export const TRAITS = ["HW_CPU_X86_AVX2", "STORAGE_DISK_SSD", "CUSTOM_GOLD", "CUSTOM_SILVER"];
export const AGGREGATES = [uuid(901), uuid(902), uuid(903)];
const SHARING = "MISC_SHARES_VIA_AGGREGATE";

/** Flat, nested, sharing, and both at once, equally often; all kinds of inventories; some of it allocated. */
export function randomWorld(dice: Dice): World {
  const nested = dice.chance(0.5);
  const sharing = dice.chance(0.5);
  const providers: WorldProvider[] = [];
  const add = (fields: Omit<WorldProvider, "n">): number => {
    providers.push({ n: providers.length + 1, ...fields });
    return providers.length;
  };
  const roots = dice.number(1, nested ? 3 : 5);
  for (let root = 0; root < roots; root++) {
    const n = add(host(dice));
    if (nested) addChildren(dice, n, add);
  }
  const shares = sharing ? dice.number(1, 2) : 0;
  for (let share = 0; share < shares; share++) add(sharer(dice));
  return { providers, consumers: randomConsumers(dice, providers) };
}

function addChildren(dice: Dice, parent: number, add: (fields: Omit<WorldProvider, "n">) => number): void {
  const children = dice.number(1, 4);
  for (let child = 0; child < children; child++) {
    const n = add({ ...device(dice), parent });
    if (dice.chance(0.3)) add({ ...device(dice), parent: n });
  }
}

const host = (dice: Dice): Omit<WorldProvider, "n"> =>
  withShrinking(dice, {
    inventories: inventories(dice, [...dice.some(HOST_CLASSES, 0.85), ...dice.some(DEVICE_CLASSES, 0.3)]),
    traits: dice.some(TRAITS, 0.5),
    aggregates: dice.some(AGGREGATES, 0.5),
  });

/** Network functions and accelerators, sometimes a NUMA node; sometimes nothing but traits. */
const device = (dice: Dice): Omit<WorldProvider, "n"> =>
  withShrinking(dice, {
    inventories: inventories(dice, [...dice.some(HOST_CLASSES, 0.25), ...dice.some(DEVICE_CLASSES, 0.75)]),
    // A child that shares is rare, and upstream fails on some of them.
    traits: [...dice.some(TRAITS, 0.35), ...(dice.chance(0.02) ? [SHARING] : [])],
    aggregates: dice.some(AGGREGATES, 0.15),
  });

const sharer = (dice: Dice): Omit<WorldProvider, "n"> =>
  withShrinking(dice, {
    inventories: inventories(
      dice,
      dice.chance(0.7) ? ["DISK_GB"] : dice.some([...HOST_CLASSES, ...DEVICE_CLASSES], 0.4),
    ),
    traits: [SHARING, ...dice.some(TRAITS, 0.35)],
    aggregates: dice.some(AGGREGATES, 0.6),
  });

function withShrinking(dice: Dice, provider: Omit<WorldProvider, "n">): Omit<WorldProvider, "n"> {
  const shrinking = Object.entries(provider.inventories).filter(([, { total }]) => total > 1 && dice.chance(0.06));
  if (shrinking.length === 0) return provider;
  const shrinkTo = shrinking.map(([name, { total, reserved }]) => [name, Math.max(1, reserved, Math.floor(total / 4))]);
  return { ...provider, shrinkTo: Object.fromEntries(shrinkTo) };
}

function inventories(dice: Dice, classes: readonly string[]): Record<string, Inventory> {
  return Object.fromEntries(classes.map((name) => [name, inventory(dice)]));
}

function inventory(dice: Dice): Inventory {
  const total = dice.number(2, 12);
  return anInventory(total, {
    ...(dice.chance(0.15) ? { reserved: dice.number(0, total) } : {}),
    ...(dice.chance(0.15) ? { minUnit: dice.number(1, 3) } : {}),
    ...(dice.chance(0.15) ? { maxUnit: dice.number(1, 6) } : {}),
    ...(dice.chance(0.15) ? { stepSize: dice.number(1, 3) } : {}),
    ...(dice.chance(0.25) ? { allocationRatio: dice.one([0.5, 1.5, 2, 1.1, 0.7]) } : {}),
  });
}

/** Attempts: what does not fit is refused by whoever loads the world. */
function randomConsumers(dice: Dice, providers: readonly WorldProvider[]): WorldConsumer[] {
  const consumers: WorldConsumer[] = [];
  for (let left = dice.number(0, 4); left > 0; left--) {
    const from = dice
      .sample(providers, dice.number(1, 2))
      .filter(({ inventories }) => Object.keys(inventories).length > 0);
    if (from.length === 0) continue;
    const allocations = from.map(({ n, inventories }) => [
      n,
      { [dice.one(Object.keys(inventories))]: dice.number(1, 4) },
    ]);
    consumers.push({ n: 1000 + consumers.length, allocations: Object.fromEntries(allocations) });
  }
  return consumers;
}
