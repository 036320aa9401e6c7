import type { Inventory } from "../../placement/placement.ts";
import { DEFAULT_RATIO } from "../../resources/default-ratio.ts";
import type { HypervisorInventory, HypervisorSpec, InventorySpec } from "../../resources/hypervisor.ts";
import type { ObservedHost } from "../../resources/observed.ts";
import { bytesOf, toGibibytes, toMebibytes } from "../../resources/quantity.ts";

/** What the host itself keeps: 512 MiB or 5 %, whichever is more. */
const HOST_RESERVE_BYTES = 512 * 2 ** 20;
const HOST_RESERVE_SHARE = 0.05;

/** Placement's inventories of a hypervisor: discovered, where the manifest does not say otherwise. */
export function inventories(spec: HypervisorSpec, observed: ObservedHost): Record<string, Inventory> {
  const declared: HypervisorInventory = spec.inventory ?? {};
  const { capacity, unmanaged } = observed;
  const cpuRatio = declared.vcpu?.allocationRatio ?? DEFAULT_RATIO.vcpu;
  const memory = totalOf(declared.memory, capacity.memory);
  const disk = totalOf(declared.disk, capacity.disk);
  const found: Record<string, Inventory> = {
    // A reserve counts before the ratio: a single foreign CPU must not cost sixteen of ours.
    VCPU: inventory(declared.vcpu, capacity.vcpu, Math.floor(unmanaged.vcpu / cpuRatio), {
      ratio: cpuRatio,
      unit: whole,
    }),
    MEMORY_MB: inventory(declared.memory, capacity.memory, unmanaged.memory + reserveOf(memory), {
      ratio: DEFAULT_RATIO.memory,
      unit: toMebibytes,
      down: 2 ** 20,
    }),
    DISK_GB: inventory(declared.disk, capacity.disk, unmanaged.disk + disk * HOST_RESERVE_SHARE, {
      ratio: DEFAULT_RATIO.disk,
      unit: toGibibytes,
      down: 2 ** 30,
    }),
  };
  for (const [name, custom] of Object.entries(declared))
    if (name.startsWith("CUSTOM_")) found[name] = inventory(custom as InventorySpec, 0, 0, { ratio: 1, unit: whole });
  return Object.fromEntries(Object.entries(found).filter(([, { total }]) => total > 0));
}

interface Unit {
  readonly ratio: number;
  /** Amount in the class's unit, rounded up. */
  readonly unit: (amount: number) => number;
  /** Divisor for what must round down: a capacity. */
  readonly down?: number;
}

const whole = (amount: number): number => Math.ceil(amount);
const reserveOf = (total: number): number => Math.max(HOST_RESERVE_BYTES, total * HOST_RESERVE_SHARE);
const amountOf = (amount: number | string | undefined): number | undefined =>
  amount === undefined ? undefined : bytesOf(amount);
const totalOf = (spec: InventorySpec | undefined, discovered: number): number => amountOf(spec?.total) ?? discovered;

function inventory(
  spec: InventorySpec | undefined,
  discovered: number,
  reservedDefault: number,
  unit: Unit,
): Inventory {
  const total = Math.floor(totalOf(spec, discovered) / (unit.down ?? 1));
  const convert = (amount: number | string | undefined, fallback: number): number => {
    const bytes = amountOf(amount);
    return bytes === undefined ? fallback : unit.unit(bytes);
  };
  return {
    total,
    reserved: Math.min(total, convert(spec?.reserved, unit.unit(reservedDefault))),
    minUnit: convert(spec?.minUnit, 1),
    maxUnit: convert(spec?.maxUnit, Math.max(1, total)),
    stepSize: convert(spec?.stepSize, 1),
    allocationRatio: spec?.allocationRatio ?? unit.ratio,
  };
}
