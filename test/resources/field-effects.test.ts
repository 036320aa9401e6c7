import { describe, expect, it } from "vitest";
import { changedFields } from "../../resources/field-effects.ts";
import { Hypervisor } from "../../resources/hypervisor.ts";
import { Instance, type InstanceSpec } from "../../resources/instance.ts";

const changes = (old: InstanceSpec, now: InstanceSpec) =>
  changedFields(Instance, old, now).map((change) => `${change.path} ${change.effect}`);

describe("what changed between two specs", () => {
  it("is nothing when a default is written out", () => {
    const written: InstanceSpec = {
      runStrategy: "Always",
      resources: { vcpu: 1, memory: "512Mi", disk: "2Gi" },
      updatePolicy: { recreate: "Never" },
      terminationGracePeriodSeconds: 30,
      deletionProtection: false,
      failover: "Never",
    };
    expect(changes({}, written)).toEqual([]);
    expect(changes(written, {})).toEqual([]);
  });
  it("is nothing when a quantity is written in another way", () => {
    expect(changes({ resources: { memory: "1Gi" } }, { resources: { memory: 1073741824 } })).toEqual([]);
  });
  it("is nothing when sets and keyed lists change their order", () => {
    const [a, b] = [{ name: "a" }, { name: "b" }];
    expect(
      changes({ sshKeys: ["k 1", "k 2"], interfaces: [a, b] }, { sshKeys: ["k 2", "k 1"], interfaces: [b, a] }),
    ).toEqual([]);
  });
  it("carries the effect of the field, or of the one above it", () => {
    const now: InstanceSpec = {
      runStrategy: "Halted",
      resources: { vcpu: 2, disk: "3Gi", CUSTOM_GPU: 1 },
      image: { name: "b" },
      cloudInit: { userData: "x" },
      sshKeys: ["k 1"],
      traits: { required: ["A"] },
      hypervisor: "h",
      hostname: "n",
    };
    expect(changes({ image: { name: "a" } }, now).sort()).toEqual([
      "spec.cloudInit.userData guestConfig",
      "spec.hostname restart",
      "spec.hypervisor bound",
      "spec.image recreate",
      "spec.resources.CUSTOM_GPU bound",
      "spec.resources.disk restart",
      "spec.resources.vcpu restart",
      "spec.runStrategy live",
      "spec.sshKeys guestConfig",
      "spec.traits.required bound",
    ]);
  });
  it("names items of a keyed list by their key", () => {
    const old: InstanceSpec = { interfaces: [{ name: "a", network: "x" }, { name: "b" }] };
    const now: InstanceSpec = { interfaces: [{ name: "c" }, { name: "a", network: "y", addresses: ["192.0.2.1/24"] }] };
    expect(changes(old, now).sort()).toEqual([
      "spec.interfaces[a].addresses guestConfig",
      "spec.interfaces[a].network restart",
      "spec.interfaces[b] restart",
      "spec.interfaces[c] restart",
    ]);
  });
  it("tells old and new value, defaults included", () => {
    expect(changedFields(Instance, {}, { resources: { vcpu: 4 } })).toEqual([
      { path: "spec.resources.vcpu", steps: ["spec", "resources", "vcpu"], effect: "restart", old: 1, new: 4 },
    ]);
  });
  it("knows fields by pattern and shows fields the schema does not know", () => {
    const old = { inventory: { CUSTOM_A: { total: 1 } }, future: 1 };
    const now = { inventory: { CUSTOM_A: { total: 2 } }, future: 2 };
    expect(changedFields(Hypervisor, old, now).map((change) => change.path)).toEqual([
      "spec.inventory.CUSTOM_A.total",
      "spec.future",
    ]);
  });
});
