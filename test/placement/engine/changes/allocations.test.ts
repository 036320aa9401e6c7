import { beforeEach, describe, expect, it } from "vitest";
import {
  type ConsumerClaim,
  deleteAllocations,
  setAllocations,
} from "../../../../placement/engine/changes/allocations.ts";
import { reshape } from "../../../../placement/engine/changes/reshape.ts";
import { seededRandom, testSeed } from "../../../support/seed.ts";
import { uuid } from "../../examples.ts";
import { claim, inventory, problemOf, World } from "./world.ts";

describe("allocations", () => {
  let world: World;
  beforeEach(() => {
    world = new World();
    world.provider(1, {
      VCPU: inventory(10, { reserved: 2, allocationRatio: 1.5 }),
      MEMORY_MB: inventory(100, { minUnit: 8, maxUnit: 64, stepSize: 8 }),
    });
    world.provider(2, { VCPU: inventory(4) });
  });
  const refused = (...claims: readonly ConsumerClaim[]) => problemOf(() => setAllocations(world.state, claims));

  it("fill a provider up to its capacity and not beyond", () => {
    world.claim(claim(10, { [uuid(1)]: { VCPU: 12 } }));
    expect(world.used(1)).toEqual({ VCPU: 12 });
    expect(refused(claim(11, { [uuid(1)]: { VCPU: 1 } })).message).toContain(
      "would exceed the capacity: 1 asked, 0 free",
    );
  });

  it.each([
    ["below min_unit", 4],
    ["above max_unit", 72],
    ["off step_size", 12],
  ])("%s are refused", (_, MEMORY_MB) => {
    const problem = refused(claim(10, { [uuid(1)]: { MEMORY_MB } }));
    expect([problem.code, problem.message]).toEqual([
      "conflict",
      expect.stringContaining("violate inventory constraints"),
    ]);
  });

  it("are judged after what the consumer held is given back", () => {
    world.claim(claim(10, { [uuid(2)]: { VCPU: 4 } }));
    world.claim(claim(10, { [uuid(2)]: { VCPU: 3 } }));
    expect(world.used(2)).toEqual({ VCPU: 3 });
  });

  it("of several consumers are judged together, all or nothing", () => {
    const three = [10, 11, 12].map((n) => claim(n, { [uuid(2)]: { VCPU: 2 } }));
    expect(refused(...three).code).toBe("conflict");
    world.claim(...three.slice(0, 2));
    // One moves away, the other takes its room in the same request.
    world.claim(claim(10, { [uuid(1)]: { VCPU: 1 } }), claim(11, { [uuid(2)]: { VCPU: 4 } }));
    expect([world.used(1), world.used(2)]).toEqual([{ VCPU: 1 }, { VCPU: 4 }]);
  });

  it("know the consumer's generation from 1.28", () => {
    expect(refused(claim(10, { [uuid(2)]: { VCPU: 1 } }, { generation: 0 })).message).toContain(
      "expected null but got 0",
    );
    world.claim(claim(10, { [uuid(2)]: { VCPU: 1 } }, { generation: null }));
    expect(refused(claim(10, { [uuid(2)]: { VCPU: 1 } }, { generation: null }))).toMatchObject({
      ...{ code: "placement.concurrent_update", message: expect.stringContaining("expected 1 but got None") },
    });
    world.claim(claim(10, { [uuid(2)]: { VCPU: 2 } }, { generation: 1, project: "q", type: "OTHER" }));
    expect(world.state.consumer(uuid(10))).toMatchObject({ generation: 2, project: "q", type: "OTHER" });
    world.claim(claim(10, { [uuid(2)]: { VCPU: 1 } }, { type: undefined }));
    expect(world.state.consumer(uuid(10))).toMatchObject({ generation: 3, type: "OTHER" });
  });

  it("count for the providers they name, not for those they leave, and not when they are deleted", () => {
    world.claim(claim(10, { [uuid(1)]: { VCPU: 1 }, [uuid(2)]: { VCPU: 1 } }));
    expect([world.generation(1), world.generation(2)]).toEqual([2, 2]);
    world.claim(claim(10, { [uuid(1)]: { VCPU: 1 } }));
    expect([world.generation(1), world.generation(2)]).toEqual([3, 2]);
    world.do(deleteAllocations(world.state, uuid(10)));
    expect([world.generation(1), world.generation(2)]).toEqual([3, 2]);
    expect([world.used(1), world.used(2)]).toEqual([{}, {}]);
  });

  it("that are emptied forget the consumer, and count for what it held", () => {
    world.claim(claim(10, { [uuid(2)]: { VCPU: 1 } }));
    world.claim(claim(10, {}, { generation: 1 }));
    expect(world.state.consumer(uuid(10))).toBeUndefined();
    expect([world.used(2), world.generation(2)]).toEqual([{}, 3]);
    expect(setAllocations(world.state, [claim(10, {}, { generation: null })])).toEqual([]);
  });

  it.each([
    ["a provider that is not there", { [uuid(9)]: { VCPU: 1 } }, "bad_request", "does not exist"],
    ["a class that nobody knows", { [uuid(1)]: { CUSTOM_X: 1 } }, "bad_request", "No such resource class CUSTOM_X"],
    ["a class that the provider has not", { [uuid(2)]: { DISK_GB: 1 } }, "conflict", "Inventory for 'DISK_GB' on"],
  ])("of %s are refused", (_, allocations, code, message) => {
    expect(refused(claim(10, allocations))).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it("of a provider that shrank below what is used may not even shrink, as in 8.0", () => {
    world.claim(claim(10, { [uuid(2)]: { VCPU: 4 } }));
    const record = world.state.provider(uuid(2))?.record;
    if (!record) throw new Error("gone");
    world.do([{ kind: "provider", uuid: uuid(2), record: { ...record, inventories: { VCPU: inventory(1) } } }]);
    expect(refused(claim(10, { [uuid(2)]: { VCPU: 3 } })).code).toBe("conflict");
    world.claim(claim(10, { [uuid(2)]: { VCPU: 1 } }));
  });

  it("never exceed a capacity, and every usage is the sum of the allocations, in a random history", () => {
    const random = seededRandom(testSeed());
    const pick = (n: number) => Math.floor(random() * n);
    for (let step = 0; step < 400; step++) {
      const some = Array.from({ length: 1 + pick(3) }, (_, i) => 10 + 5 * i + pick(5));
      const claims = some.map((n) =>
        claim(n, Object.fromEntries([1, 2].filter(() => pick(3) > 0).map((p) => [uuid(p), { VCPU: 1 + pick(4) }]))),
      );
      try {
        world.claim(...claims);
      } catch (error) {
        expect(error).toMatchObject({ code: "conflict" });
      }
      for (const [n, capacity] of [
        [1, 12],
        [2, 4],
      ] as const) {
        const held = world.state
          .allocationsOf(uuid(n))
          .map(({ allocations }) => allocations[uuid(n)]?.resources["VCPU"] ?? 0);
        const sum = held.reduce((a, b) => a + b, 0);
        expect(world.used(n)?.["VCPU"] ?? 0).toBe(sum);
        expect(sum).toBeLessThanOrEqual(capacity);
      }
    }
  });
});

describe("a reshape", () => {
  let world: World;
  beforeEach(() => {
    world = new World();
    world.provider(1, { VCPU: inventory(4), DISK_GB: inventory(10) });
    world.provider(2, {}, 1);
    world.claim(claim(10, { [uuid(1)]: { VCPU: 2, DISK_GB: 5 } }));
  });
  const moved = { VCPU: inventory(4) };
  const both = (kept: object, generations = [2, 0]) => [
    {
      provider: uuid(1),
      generation: generations[0] ?? 0,
      inventories: kept as Record<string, ReturnType<typeof inventory>>,
    },
    { provider: uuid(2), generation: generations[1] ?? 0, inventories: moved },
  ];

  it("moves an inventory and what is allocated from it in one go", () => {
    const after = claim(10, { [uuid(1)]: { DISK_GB: 5 }, [uuid(2)]: { VCPU: 2 } }, { generation: 1 });
    world.do(reshape(world.state, both({ DISK_GB: inventory(10) }), [after]));
    expect([world.used(1), world.used(2)]).toEqual([{ DISK_GB: 5 }, { VCPU: 2 }]);
    // Twice for the inventories, once for the allocation.
    expect([world.generation(1), world.generation(2)]).toEqual([5, 3]);
  });

  it.each([
    ["an inventory in use would go", both({ DISK_GB: inventory(10) }), [], "placement.inventory.inuse"],
    ["a generation is old", both({}, [1, 0]), [], "placement.concurrent_update"],
    [
      "a provider is not there",
      [{ provider: uuid(9), generation: 0, inventories: {} }],
      [],
      "placement.resource_provider.not_found",
    ],
    ["a class is unknown", both({ CUSTOM_X: inventory(1) }), [], "bad_request"],
    [
      "the new inventories are too small",
      both({ DISK_GB: inventory(10) }),
      [claim(10, { [uuid(1)]: { DISK_GB: 5 }, [uuid(2)]: { VCPU: 5 } })],
      "conflict",
    ],
  ])("is refused as a whole when %s", (_, providers, claims, code) => {
    expect(problemOf(() => reshape(world.state, providers, claims)).code).toBe(code);
  });
});
