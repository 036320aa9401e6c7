import { describe, expect, it } from "vitest";
import { findCandidates } from "../../../placement/embedded/candidates.ts";
import { claimPart, releasePart, resizePart } from "../../../placement/embedded/change-allocation.ts";
import { planProvider, removePart } from "../../../placement/embedded/change-provider.ts";
import { allocationKey, providerKey, usageKey } from "../../../placement/embedded/keys.ts";
import { assumingPicture, usageSlot } from "../../../placement/embedded/picture.ts";
import { joinParts } from "../../../store/transaction-part.ts";
import { aConsumer, anInventory, aProvider, aRequest, candidateOn, uuid } from "../examples.ts";
import { MapPicture } from "./map-picture.ts";

const claim = (picture: Parameters<typeof claimPart>[0], consumer: number, provider = 1) =>
  claimPart(picture, aConsumer(consumer), candidateOn(provider), "INSTANCE");

describe("the embedded engine", () => {
  it("puts records of the documented shape under the documented keys", () => {
    const picture = MapPicture.of(aProvider(1, { traits: ["HW_CPU_X86_AVX2", "COMPUTE_NODE"] }));
    expect(picture.apply(claim(picture, 100))).toBe(true);
    expect(picture.keys()).toEqual([allocationKey(uuid(100)), providerKey(uuid(1)), usageKey(uuid(1))]);
    expect(picture.slot(providerKey(uuid(1))).value).toMatchObject({
      record: {
        name: "host-1",
        generation: 2,
        parent: null,
        root: uuid(1),
        traits: ["COMPUTE_NODE", "HW_CPU_X86_AVX2"],
      },
    });
    expect(picture.slot(allocationKey(uuid(100))).value).toEqual({
      kind: "allocation",
      record: {
        consumer: uuid(100),
        generation: 1,
        type: "INSTANCE",
        project: "default",
        user: "vmctl",
        allocations: { [uuid(1)]: { resources: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 5 } } },
      },
    });
    expect(usageSlot(picture, uuid(1)).value?.used).toEqual({ VCPU: 1, MEMORY_MB: 512, DISK_GB: 5 });
  });

  it("compares allocation, provider and usage, so the slower of two claims on one picture loses", () => {
    const picture = MapPicture.of(aProvider(1));
    const [first, second] = [claim(picture, 100), claim(picture, 101)];
    expect(picture.apply(first)).toBe(true);
    expect(picture.apply(second)).toBe(false);
    expect(picture.apply(claim(picture, 101))).toBe(true);
    expect(() => claim(picture, 102)).toThrow(expect.objectContaining({ code: "NoCapacity" }));
  });

  it("loses a claim whose provider changed in between", () => {
    const picture = MapPicture.of(aProvider(1));
    const part = claim(picture, 100);
    const cordon = planProvider(picture, aProvider(1, { traits: ["COMPUTE_STATUS_DISABLED"] })).part;
    expect(picture.apply(cordon ?? { compares: [], writes: [] })).toBe(true);
    expect(picture.apply(part)).toBe(false);
  });

  it("lets several claims share one transaction when each assumes those before it", () => {
    const picture = MapPicture.of(aProvider(1));
    const first = claim(picture, 100);
    const assuming = assumingPicture(picture, first);
    const both = joinParts(first, claim(assuming, 101));
    expect(findCandidates(assumingPicture(picture, both), aRequest()).candidates).toEqual([]);
    expect(() => claim(assumingPicture(picture, both), 102)).toThrow(expect.objectContaining({ code: "NoCapacity" }));
    expect(picture.apply(both)).toBe(true);
    expect(usageSlot(picture, uuid(1)).value?.used).toEqual({ VCPU: 2, MEMORY_MB: 1024, DISK_GB: 10 });
  });

  it("releases by deleting the allocation and lowering the usage, and merely compares when nothing is held", () => {
    const picture = MapPicture.of(aProvider(1));
    picture.apply(claim(picture, 100));
    expect(picture.apply(releasePart(picture, uuid(100)))).toBe(true);
    expect(usageSlot(picture, uuid(1)).value?.used).toEqual({});
    expect(releasePart(picture, uuid(100))).toEqual({
      compares: [{ key: allocationKey(uuid(100)), absent: true }],
      writes: [],
    });
  });

  it("does not count a consumer's own amounts against its growth", () => {
    const picture = MapPicture.of(aProvider(1));
    picture.apply(claim(picture, 100));
    const whole = candidateOn(1, { VCPU: 4, MEMORY_MB: 1024, DISK_GB: 20 });
    expect(picture.apply(resizePart(picture, aConsumer(100), whole, "INSTANCE"))).toBe(true);
    expect(usageSlot(picture, uuid(1)).value?.used).toEqual({ VCPU: 4, MEMORY_MB: 1024, DISK_GB: 20 });
  });

  it("takes no provider away, nor a class of it, that was claimed from meanwhile", () => {
    const picture = MapPicture.of(aProvider(1));
    const removal = removePart(picture, uuid(1));
    const { inventories, ...rest } = aProvider(1);
    const { DISK_GB: _dropped, ...left } = inventories;
    const { part: drop } = planProvider(picture, { ...rest, inventories: left });
    expect(picture.apply(claim(picture, 100))).toBe(true);
    expect([removal, drop].map((part) => part && picture.apply(part))).toEqual([false, false]);
  });

  it("lets a consumer keep what it has of a class that shrank, while it changes another", () => {
    const picture = MapPicture.of(aProvider(1));
    const size = (vcpu: number, memory: number) => candidateOn(1, { VCPU: vcpu, MEMORY_MB: memory, DISK_GB: 20 });
    picture.apply(claimPart(picture, aConsumer(100), size(4, 512), "INSTANCE"));
    const { inventories, ...rest } = aProvider(1);
    const { part } = planProvider(picture, { ...rest, inventories: { ...inventories, VCPU: anInventory(2) } });
    if (part) picture.apply(part);
    expect(picture.apply(resizePart(picture, aConsumer(100), size(4, 1024), "INSTANCE"))).toBe(true);
    expect(() => resizePart(picture, aConsumer(100), size(5, 1024), "INSTANCE")).toThrow("VCPU");
  });

  it("writes nothing for a provider that is as it should be, whatever the order of its sets", () => {
    const picture = MapPicture.of(aProvider(1, { traits: ["COMPUTE_NODE", "CUSTOM_A"] }));
    expect(planProvider(picture, aProvider(1, { traits: ["CUSTOM_A", "COMPUTE_NODE"] })).part).toBeUndefined();
  });

  it("ignores a provider whose usage cannot be read, and says so", () => {
    const picture = MapPicture.of(aProvider(1), aProvider(2));
    picture.put(usageKey(uuid(1)), `{"used":{"VCPU":-7},"generation":0}`);
    const found = findCandidates(picture, aRequest());
    expect(found.candidates.map(({ provider }) => provider)).toEqual([uuid(2)]);
    expect(found.reasons).toEqual([{ reason: "usage record unreadable", count: 1 }]);
    expect(() => claim(picture, 100)).toThrow(expect.objectContaining({ code: "Conflict" }));
    expect(() => removePart(picture, uuid(1))).toThrow(expect.objectContaining({ code: "InUse" }));
  });

  it.each([
    ["min_unit", anInventory(8, { minUnit: 2 }), 1, "VCPU below min_unit"],
    ["max_unit", anInventory(8, { maxUnit: 2 }), 3, "VCPU above max_unit"],
    ["step_size", anInventory(8, { stepSize: 2 }), 3, "VCPU not a multiple of step_size"],
    ["capacity", anInventory(8, { reserved: 6, allocationRatio: 1.4 }), 3, "insufficient VCPU"],
  ])("tells a violation of %s", (_, VCPU, amount, reason) => {
    const picture = MapPicture.of(aProvider(1, { inventories: { VCPU } }), aProvider(2, { inventories: { VCPU } }));
    const found = findCandidates(picture, aRequest({ resources: { VCPU: amount } }));
    expect(found).toEqual({ candidates: [], providers: {}, reasons: [{ reason, count: 2 }] });
  });
});
