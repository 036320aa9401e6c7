import { describe, expect, test } from "vitest";
import { generationOf, type ProviderNode } from "../../../placement/engine/provider-node.ts";
import { PlacementState } from "../../../placement/engine/state.ts";
import { anInventory, uuid } from "../examples.ts";
import { providerRecord, stateWith } from "./examples.ts";

const AGGREGATE = uuid(900);

const uuids = (nodes: Iterable<ProviderNode>): string[] => [...nodes].map(({ record }) => record.uuid);

describe("PlacementState", () => {
  test("finds providers by uuid, name, class, trait, aggregate", () => {
    const record = providerRecord(1, {
      name: "host",
      inventories: { VCPU: anInventory(8) },
      traits: ["MISC_SHARES_VIA_AGGREGATE"],
      aggregates: [AGGREGATE],
    });
    const state = stateWith(record);
    expect(state.provider(record.uuid)?.record).toBe(record);
    expect(state.providerNamed("host")?.record).toBe(record);
    expect(uuids(state.withClass("VCPU"))).toEqual([record.uuid]);
    expect(uuids(state.sharing())).toEqual([record.uuid]);
    expect(uuids(state.inAggregate(AGGREGATE))).toEqual([record.uuid]);
    expect(uuids(state.withClass("DISK_GB"))).toEqual([]);
  });

  test("a changed record leaves the sets it no longer belongs to; the node stays the same object", () => {
    const state = stateWith(
      providerRecord(1, { inventories: { VCPU: anInventory(8) }, traits: ["CUSTOM_OLD"], aggregates: [AGGREGATE] }),
    );
    const node = state.provider(uuid(1));
    const record = providerRecord(1, { name: "new", inventories: { DISK_GB: anInventory(9) }, traits: ["CUSTOM_NEW"] });
    state.apply({ kind: "provider", uuid: uuid(1), record });
    expect(state.provider(uuid(1))).toBe(node);
    expect(node?.record).toBe(record);
    expect(state.withClass("VCPU").size + state.withTrait("CUSTOM_OLD").size + state.inAggregate(AGGREGATE).size).toBe(
      0,
    );
    expect(state.withClass("DISK_GB").has(node as ProviderNode)).toBe(true);
    expect(state.providerNamed("new")).toBe(node);
    expect(state.providerNamed("provider-1")).toBeUndefined();
  });

  test("a removed provider is in no set", () => {
    const state = stateWith(providerRecord(1, { inventories: { VCPU: anInventory(8) }, traits: ["CUSTOM_T"] }));
    state.apply({ kind: "provider", uuid: uuid(1), record: undefined });
    expect([...state.providers()]).toEqual([]);
    expect(state.tree(uuid(1))).toEqual([]);
    expect(state.withClass("VCPU").size + state.withTrait("CUSTOM_T").size).toBe(0);
    expect(state.knowsTrait("CUSTOM_T")).toBe(false);
  });

  test("trees and children, in any order of arrival and after a move", () => {
    const child = providerRecord(2, { parent: uuid(1), root: uuid(1) });
    const state = stateWith(child, providerRecord(1), providerRecord(3));
    expect(uuids(state.tree(uuid(1)))).toEqual([uuid(2), uuid(1)]);
    expect(uuids(state.childrenOf(uuid(1)))).toEqual([uuid(2)]);
    state.apply({ kind: "provider", uuid: uuid(2), record: { ...child, parent: uuid(3), root: uuid(3) } });
    expect(uuids(state.tree(uuid(1)))).toEqual([uuid(1)]);
    expect(uuids(state.tree(uuid(3)))).toEqual([uuid(2), uuid(3)]);
    expect(uuids(state.childrenOf(uuid(1)))).toEqual([]);
  });

  test("ids are those of creation and never given twice", () => {
    const state = stateWith(providerRecord(1), providerRecord(2));
    state.apply({ kind: "provider", uuid: uuid(1), record: undefined });
    state.apply({ kind: "provider", uuid: uuid(1), record: providerRecord(1) });
    expect([...state.providers()].map(({ id, record }) => [id, record.uuid])).toEqual([
      [2, uuid(2)],
      [3, uuid(1)],
    ]);
  });

  test("usage may come before its provider, and goes with its own record only", () => {
    const state = new PlacementState();
    state.apply({ kind: "usage", provider: uuid(1), record: { used: { VCPU: 2 }, generation: 3 } });
    state.apply({ kind: "provider", uuid: uuid(1), record: providerRecord(1, { generation: 4 }) });
    const node = state.provider(uuid(1)) as ProviderNode;
    expect(node.usage.used).toEqual({ VCPU: 2 });
    expect(generationOf(node)).toBe(7);
    state.apply({ kind: "usage", provider: uuid(1), record: undefined });
    expect(node.usage).toEqual({ used: {}, generation: 0 });
  });

  test("consumers are found by provider", () => {
    const state = stateWith(providerRecord(1), providerRecord(2));
    const record = {
      ...{ consumer: uuid(50), generation: 1, type: "INSTANCE", project: "p", user: "u" },
      allocations: { [uuid(1)]: { resources: { VCPU: 1 } } },
    };
    state.apply({ kind: "allocation", consumer: uuid(50), record });
    expect(state.allocationsOf(uuid(1))).toEqual([record]);
    const moved = { ...record, allocations: { [uuid(2)]: { resources: { VCPU: 1 } } } };
    state.apply({ kind: "allocation", consumer: uuid(50), record: moved });
    expect(state.allocationsOf(uuid(1))).toEqual([]);
    expect([...state.consumersOf(uuid(2))]).toEqual([uuid(50)]);
    state.apply({ kind: "allocation", consumer: uuid(50), record: undefined });
    expect([...state.consumers()]).toEqual([]);
    expect(state.allocationsOf(uuid(2))).toEqual([]);
  });

  test("knows standard names, made names and names in use, in the order they came", () => {
    const state = new PlacementState();
    state.apply({ kind: "class", name: "CUSTOM_B", present: true });
    state.apply({
      kind: "provider",
      uuid: uuid(1),
      record: providerRecord(1, {
        inventories: { CUSTOM_A: anInventory(1), CUSTOM_B: anInventory(1), VCPU: anInventory(1) },
      }),
    });
    expect([...state.customClasses()]).toEqual(["CUSTOM_B", "CUSTOM_A"]);
    expect([state.knowsClass("VCPU"), state.knowsClass("CUSTOM_A"), state.knowsClass("CUSTOM_C")]).toEqual([
      ...[true, true, false],
    ]);
    state.apply({ kind: "class", name: "CUSTOM_B", present: false });
    expect(state.knowsClass("CUSTOM_B")).toBe(true);
    state.apply({ kind: "provider", uuid: uuid(1), record: providerRecord(1) });
    expect([...state.customClasses()]).toEqual([]);
    state.apply({ kind: "trait", name: "CUSTOM_T", present: true });
    expect([...state.customTraits()]).toEqual(["CUSTOM_T"]);
    expect(state.knowsTrait("HW_CPU_X86_AVX2")).toBe(true);
  });
});
