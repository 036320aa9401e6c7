import { beforeEach, describe, expect, it } from "vitest";
import { setAggregates } from "../../../../placement/engine/changes/aggregates.ts";
import { createClass, deleteClass, renameClass } from "../../../../placement/engine/changes/classes.ts";
import {
  addInventory,
  capacityRule,
  deleteInventory,
  setInventories,
  updateInventory,
} from "../../../../placement/engine/changes/inventories.ts";
import { createProvider, deleteProvider, updateProvider } from "../../../../placement/engine/changes/providers.ts";
import { createTrait, deleteTrait, setTraits } from "../../../../placement/engine/changes/traits.ts";
import { uuid } from "../../examples.ts";
import { claim, inventory, problemOf, World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
const update = (n: number, generation?: number, mayReserveAll = true) => ({
  ...{ provider: uuid(n), generation, rule: capacityRule(mayReserveAll) },
});

describe("providers", () => {
  const move = (n: number, parent: number | null, mayReparent = true) =>
    updateProvider(world.state, uuid(n), { name: `p${n}`, parent: parent === null ? null : uuid(parent), mayReparent });

  it("get the root of their parent, and keep it up when a tree moves", () => {
    world.provider(1);
    world.provider(2, {}, 1);
    world.provider(3, {}, 2);
    world.provider(4);
    world.plan(move(2, 4));
    const roots = () => [1, 2, 3, 4].map((n) => world.state.provider(uuid(n))?.record.root);
    expect(roots()).toEqual([1, 4, 4, 4].map(uuid));
    world.plan(move(2, null));
    expect(roots()).toEqual([1, 2, 2, 4].map(uuid));
    expect([1, 2, 3, 4].map((n) => world.generation(n))).toEqual([0, 0, 0, 0]);
    expect(problemOf(() => move(2, 3)).message).toContain("creating loop");
    expect(problemOf(() => move(2, 2)).message).toContain("creating loop");
  });

  it("leave a parent only from 1.37", () => {
    world.provider(1);
    world.provider(2);
    world.provider(3, {}, 1);
    world.plan(move(2, 1, false));
    expect(problemOf(() => move(3, 2, false)).message).toContain("re-parenting");
    expect(problemOf(() => move(3, null, false)).message).toContain("un-parenting");
    expect(move(3, 1, false).result.record.parent).toBe(uuid(1));
    expect(problemOf(() => move(3, 9)).message).toContain("does not exist");
  });

  it("have a name and a uuid of their own", () => {
    world.provider(1);
    world.provider(2);
    const made = (n: number, name: string) =>
      problemOf(() => createProvider(world.state, { uuid: uuid(n), name, parent: null }));
    expect(made(1, "new")).toMatchObject({
      code: "placement.duplicate_name",
      message: expect.stringContaining("uuid:"),
    });
    expect(made(3, "p1")).toMatchObject({
      code: "placement.duplicate_name",
      message: expect.stringContaining("name: p1"),
    });
    expect(made(3, "").code).toBe("bad_request");
    const renamed = { name: "p2", parent: undefined, mayReparent: true };
    expect(problemOf(() => updateProvider(world.state, uuid(1), renamed)).code).toBe("placement.duplicate_name");
  });

  it("go with all that is theirs, but not while something depends on them", () => {
    world.provider(1, { VCPU: inventory(1) });
    world.provider(2, {}, 1);
    world.claim(claim(10, { [uuid(1)]: { VCPU: 1 } }));
    const remove = (n: number) => deleteProvider(world.state, uuid(n));
    expect(problemOf(() => remove(1)).code).toBe("placement.resource_provider.cannot_delete_parent");
    world.do(remove(2));
    expect(problemOf(() => remove(1)).code).toBe("placement.resource_provider.inuse");
    expect(problemOf(() => remove(2)).code).toBe("not_found");
    world.claim(claim(10, {}));
    world.do(remove(1));
    world.provider(1);
    expect(world.generation(1)).toBe(0);
  });
});

describe("inventories", () => {
  beforeEach(() => world.provider(1, { VCPU: inventory(4) }));

  it("count each write, whatever it changes", () => {
    expect(world.generation(1)).toBe(1);
    world.plan(setInventories(world.state, update(1, 1), { VCPU: inventory(4) }));
    world.plan(addInventory(world.state, update(1), "DISK_GB", inventory(1)));
    world.plan(updateInventory(world.state, update(1, 3), "DISK_GB", inventory(2)));
    world.plan(deleteInventory(world.state, uuid(1), "DISK_GB"));
    expect(world.generation(1)).toBe(5);
    expect(problemOf(() => setInventories(world.state, update(1, 4), {})).code).toBe("placement.concurrent_update");
  });

  it("may shrink below what is used, and not go", () => {
    world.claim(claim(10, { [uuid(1)]: { VCPU: 3 } }));
    world.plan(setInventories(world.state, update(1), { VCPU: inventory(1) }));
    expect(problemOf(() => setInventories(world.state, update(1), {})).code).toBe("placement.inventory.inuse");
    expect(problemOf(() => deleteInventory(world.state, uuid(1), "VCPU")).code).toBe("placement.concurrent_update");
  });

  it.each([
    [false, { reserved: 4 }, "greater than or equal to total"],
    [false, { allocationRatio: 0.1 }, "greater than or equal to total"],
    [true, { reserved: 5 }, "greater than total"],
    [true, { allocationRatio: -1, reserved: 5 }, "greater than total"],
  ])("that leave nothing are refused (all may be reserved: %j)", (mayReserveAll, more, message) => {
    const set = () => setInventories(world.state, update(1, undefined, mayReserveAll), { VCPU: inventory(4, more) });
    expect(problemOf(set)).toMatchObject({ code: "bad_request", message: expect.stringContaining(message) });
  });

  it("may be reserved whole from 1.26", () => {
    world.plan(setInventories(world.state, update(1), { VCPU: inventory(4, { reserved: 4 }) }));
  });

  it.each([
    ["a class twice", () => addInventory(world.state, update(1), "VCPU", inventory(1)), "placement.concurrent_update"],
    ["an unknown class", () => addInventory(world.state, update(1), "CUSTOM_X", inventory(1)), "bad_request"],
    ["a class it has not", () => updateInventory(world.state, update(1), "DISK_GB", inventory(1)), "bad_request"],
    ["a class nobody knows", () => updateInventory(world.state, update(1), "CUSTOM_X", inventory(1)), "not_found"],
    ["what is not there", () => deleteInventory(world.state, uuid(1), "DISK_GB"), "not_found"],
    ["a provider that is not there", () => setInventories(world.state, update(9), {}), "not_found"],
  ])("of %s are refused", (_, call, code) => {
    expect(problemOf(call).code).toBe(code);
  });
});

describe("traits and aggregates", () => {
  beforeEach(() => world.provider(1));

  it("count: traits when they change, aggregates when a generation is given", () => {
    world.plan(setTraits(world.state, uuid(1), 0, ["HW_CPU_X86_AVX", "COMPUTE_NODE"]));
    world.plan(setTraits(world.state, uuid(1), 1, ["COMPUTE_NODE", "HW_CPU_X86_AVX", "COMPUTE_NODE"]));
    expect(world.generation(1)).toBe(1);
    world.plan(setAggregates(world.state, uuid(1), undefined, [uuid(50)]));
    expect(world.generation(1)).toBe(1);
    world.plan(setAggregates(world.state, uuid(1), 1, [uuid(50)]));
    expect(world.generation(1)).toBe(2);
    expect(problemOf(() => setAggregates(world.state, uuid(1), 1, [])).code).toBe("placement.concurrent_update");
    expect(problemOf(() => setTraits(world.state, uuid(1), 1, [])).code).toBe("placement.concurrent_update");
  });

  it("of one's own are made first and go when nobody has them", () => {
    expect(problemOf(() => setTraits(world.state, uuid(1), 0, ["CUSTOM_X"])).message).toBe("No such trait CUSTOM_X");
    expect(world.plan(createTrait(world.state, "CUSTOM_X"))).toBe(true);
    expect(world.plan(createTrait(world.state, "CUSTOM_X"))).toBe(false);
    world.plan(setTraits(world.state, uuid(1), 0, ["CUSTOM_X"]));
    expect(problemOf(() => deleteTrait(world.state, "CUSTOM_X")).code).toBe("conflict");
    world.plan(setTraits(world.state, uuid(1), undefined, []));
    world.do(deleteTrait(world.state, "CUSTOM_X"));
    expect(problemOf(() => deleteTrait(world.state, "CUSTOM_X")).code).toBe("not_found");
    expect(problemOf(() => deleteTrait(world.state, "COMPUTE_NODE")).code).toBe("bad_request");
    for (const name of ["CUSTOM_", "CUSTOM_x", "X", `CUSTOM_${"X".repeat(249)}`])
      expect(problemOf(() => createTrait(world.state, name)).code).toBe("bad_request");
  });
});

describe("classes", () => {
  it("are renamed wherever they are", () => {
    world.do(createClass(world.state, "CUSTOM_A"));
    world.provider(1, { CUSTOM_A: inventory(4), VCPU: inventory(1) });
    world.claim(claim(10, { [uuid(1)]: { CUSTOM_A: 2, VCPU: 1 } }));
    world.do(renameClass(world.state, "CUSTOM_A", "CUSTOM_B"));
    expect([...world.state.customClasses()]).toEqual(["CUSTOM_B"]);
    expect(world.used(1)).toEqual({ CUSTOM_B: 2, VCPU: 1 });
    world.claim(claim(10, { [uuid(1)]: { CUSTOM_B: 4 } }));
  });

  it("go when nobody has an inventory of them", () => {
    world.do(createClass(world.state, "CUSTOM_A"));
    expect(problemOf(() => createClass(world.state, "CUSTOM_A")).code).toBe("conflict");
    const node = world.provider(1, { CUSTOM_A: inventory(4) });
    expect(problemOf(() => deleteClass(world.state, "CUSTOM_A")).code).toBe("conflict");
    world.plan(deleteInventory(world.state, node, "CUSTOM_A"));
    world.do(deleteClass(world.state, "CUSTOM_A"));
    expect(problemOf(() => deleteClass(world.state, "CUSTOM_A")).code).toBe("not_found");
    expect(problemOf(() => deleteClass(world.state, "VCPU")).code).toBe("bad_request");
    expect(problemOf(() => renameClass(world.state, "VCPU", "CUSTOM_V")).code).toBe("bad_request");
  });
});
