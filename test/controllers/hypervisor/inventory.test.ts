import { describe, expect, it } from "vitest";
import { inventories } from "../../../controllers/hypervisor/inventory.ts";
import type { HypervisorSpec } from "../../../resources/hypervisor.ts";
import { OBSERVED_HOST } from "../support/view.ts";

const GIB = 2 ** 30;

describe("inventories", () => {
  it("are what the host reports, less a reserve for the host itself", () => {
    expect(inventories({}, OBSERVED_HOST)).toEqual({
      VCPU: { total: 8, reserved: 0, minUnit: 1, maxUnit: 8, stepSize: 1, allocationRatio: 16 },
      MEMORY_MB: { total: 16384, reserved: 820, minUnit: 1, maxUnit: 16384, stepSize: 1, allocationRatio: 1 },
      DISK_GB: { total: 100, reserved: 5, minUnit: 1, maxUnit: 100, stepSize: 1, allocationRatio: 1 },
    });
  });

  it.each<readonly [string, HypervisorSpec, object, object]>([
    [
      "a small host keeps 512 MiB",
      {},
      { capacity: { vcpu: 2, memory: 4 * GIB, disk: GIB } },
      { MEMORY_MB: { reserved: 512 } },
    ],
    [
      "foreign domains are reserved for",
      {},
      { unmanaged: { domains: 2, vcpu: 32, memory: 2 * GIB, disk: 10 * GIB } },
      { VCPU: { reserved: 2 }, MEMORY_MB: { reserved: 820 + 2048 }, DISK_GB: { reserved: 15 } },
    ],
    [
      "a small foreign domain does not cost a whole CPU, which counts sixteen times",
      {},
      { unmanaged: { domains: 1, vcpu: 1, memory: 0, disk: 0 } },
      { VCPU: { reserved: 0 } },
    ],
    [
      "a declared reserve is final",
      { inventory: { memory: { reserved: "0" } } },
      { unmanaged: { domains: 1, vcpu: 0, memory: 2 * GIB, disk: 0 } },
      { MEMORY_MB: { reserved: 0 } },
    ],
    [
      "a declared total counts",
      { inventory: { memory: { total: "3Gi" } } },
      {},
      { MEMORY_MB: { total: 3072, maxUnit: 3072 } },
    ],
    ["a total rounds down", { inventory: { disk: { total: "1.9Gi" } } }, {}, { DISK_GB: { total: 1 } }],
    ["a reserve rounds up", { inventory: { disk: { reserved: "1.1Gi" } } }, {}, { DISK_GB: { reserved: 2 } }],
    [
      "never more reserved than there is",
      { inventory: { memory: { total: "1Gi", reserved: "9Gi" } } },
      {},
      { MEMORY_MB: { reserved: 1024 } },
    ],
    ["a ratio of its own", { inventory: { vcpu: { allocationRatio: 2 } } }, {}, { VCPU: { allocationRatio: 2 } }],
    [
      "a custom class",
      { inventory: { CUSTOM_GPU: { total: 2 } } },
      {},
      { CUSTOM_GPU: { total: 2, reserved: 0, allocationRatio: 1 } },
    ],
  ])("%s", (_sentence, spec, observed, want) => {
    expect(inventories(spec, { ...OBSERVED_HOST, ...observed })).toMatchObject(want);
  });

  it("leave out what the host has none of", () => {
    const none = { ...OBSERVED_HOST, capacity: { ...OBSERVED_HOST.capacity, disk: 0 } };
    expect(Object.keys(inventories({ inventory: { CUSTOM_GPU: { total: 0 } } }, none))).toEqual(["VCPU", "MEMORY_MB"]);
  });
});
