import { expect, it } from "vitest";
import type { CandidatesQuery, RequestGroup } from "../../placement/candidates-query.ts";
import type { Candidate, Consumer, Placement } from "../../placement/placement.ts";
import { aConsumer, anInventory, aProvider, uuid } from "../placement/examples.ts";
import type { PlacementWorld } from "./placement.ts";

const AGGREGATE = uuid(900);
const group = (suffix: string, resources: Record<string, number>, rest: Partial<RequestGroup> = {}): RequestGroup => ({
  ...{ suffix, resources, required: [], forbidden: [], memberOf: [], notMemberOf: [] },
  ...rest,
});

/** Whole queries: granular groups, trees, shared storage. */
export function describeQueries(
  at: () => { readonly world: PlacementWorld; readonly placement: Placement },
  claim: (consumer: Consumer, candidate: Candidate) => Promise<void>,
): void {
  const ask = async (query: CandidatesQuery) => at().placement.candidates({ query });
  const hostsFor = async (rest: Partial<RequestGroup>, wide: Partial<CandidatesQuery> = {}) =>
    (await ask({ groups: [group("", { VCPU: 1 }, rest)], ...wide })).candidates.map(({ provider }) => provider).sort();
  const device = (n: number, parent: number, traits: string[] = []) =>
    at().world.nest(
      at().placement,
      aProvider(n, { inventories: { SRIOV_NET_VF: anInventory(2) }, traits }),
      uuid(parent),
    );

  it("take any of several traits and aggregates, and none of the forbidden", async () => {
    await at().placement.ensureProvider(aProvider(1, { traits: ["CUSTOM_A"], aggregates: [AGGREGATE] }));
    await at().placement.ensureProvider(aProvider(2, { traits: ["CUSTOM_B"], aggregates: [uuid(901)] }));
    await at().placement.ensureProvider(aProvider(3, { traits: ["CUSTOM_A", "CUSTOM_B"] }));
    expect(await hostsFor({ required: [["CUSTOM_A", "CUSTOM_B"]] })).toEqual([uuid(1), uuid(2), uuid(3)]);
    expect(await hostsFor({ required: [["CUSTOM_A", "CUSTOM_B"]], forbidden: ["CUSTOM_B"] })).toEqual([uuid(1)]);
    expect(await hostsFor({ memberOf: [[AGGREGATE, uuid(901)]] })).toEqual([uuid(1), uuid(2)]);
    expect(await hostsFor({ memberOf: [[AGGREGATE], [uuid(901)]] })).toEqual([]);
    expect(await hostsFor({ notMemberOf: [AGGREGATE] })).toEqual([uuid(2), uuid(3)]);
    expect(await hostsFor({}, { rootRequired: ["CUSTOM_A"], rootForbidden: ["CUSTOM_B"] })).toEqual([uuid(1)]);
  });

  it("place each group on one provider of a tree, say which, and can be claimed", async () => {
    await at().placement.ensureProvider(aProvider(1));
    await at().placement.ensureProvider(aProvider(2));
    await device(11, 1, ["CUSTOM_PHYSNET_A"]);
    await device(12, 1);
    const groups = [
      group("", { VCPU: 1 }),
      group("_NET1", { SRIOV_NET_VF: 1 }, { required: [["CUSTOM_PHYSNET_A"]] }),
      group("_NET2", { SRIOV_NET_VF: 2 }),
    ];
    const found = await ask({ groups, groupPolicy: "isolate" });
    const candidate = {
      provider: uuid(1),
      allocations: {
        [uuid(1)]: { VCPU: 1 },
        [uuid(11)]: { SRIOV_NET_VF: 1 },
        [uuid(12)]: { SRIOV_NET_VF: 2 },
      },
      mappings: { "": [uuid(1)], _NET1: [uuid(11)], _NET2: [uuid(12)] },
    };
    expect(found.candidates).toEqual([candidate]);
    expect(found.providers[uuid(11)]).toMatchObject({ parent: uuid(1), root: uuid(1), capacity: { SRIOV_NET_VF: 2 } });
    await claim(aConsumer(100), candidate);
    expect((await at().placement.allocation(uuid(100)))?.allocations).toEqual(candidate.allocations);
    expect((await ask({ groups, groupPolicy: "isolate" })).candidates).toEqual([]);
    expect((await ask({ groups: [group("_A", { SRIOV_NET_VF: 1 })] })).candidates).toHaveLength(1);
  });

  it("hold groups below one provider", async () => {
    await at().placement.ensureProvider(aProvider(1));
    await device(11, 1, ["CUSTOM_A"]);
    await device(12, 1, ["CUSTOM_B"]);
    const of = (trait: string) => [[trait]];
    const groups = [
      group("_A", { SRIOV_NET_VF: 1 }, { required: of("CUSTOM_A") }),
      group("_B", { SRIOV_NET_VF: 1 }, { required: of("CUSTOM_B") }),
    ];
    expect((await ask({ groups, groupPolicy: "none" })).candidates).toHaveLength(1);
    expect((await ask({ groups, groupPolicy: "none", sameSubtree: [["_A", "_B"]] })).candidates).toEqual([]);
  });

  it("lead to the host, not to the storage that it shares", async () => {
    const traits = ["MISC_SHARES_VIA_AGGREGATE"];
    const disk = { inventories: { DISK_GB: anInventory(100) }, traits, aggregates: [AGGREGATE] };
    const inventories = { VCPU: anInventory(4) };
    await at().placement.ensureProvider(aProvider(1, disk));
    await at().placement.ensureProvider(aProvider(2, { inventories, aggregates: [AGGREGATE] }));
    await at().placement.ensureProvider(aProvider(3, { inventories }));
    const found = await ask({ groups: [group("", { DISK_GB: 10, VCPU: 1 })] });
    expect(found.candidates).toEqual([
      {
        provider: uuid(2),
        allocations: { [uuid(1)]: { DISK_GB: 10 }, [uuid(2)]: { VCPU: 1 } },
        mappings: { "": expect.arrayContaining([uuid(1), uuid(2)]) },
      },
    ]);
  });

  it("are limited, and refused when they make no sense", async () => {
    await at().placement.ensureProvider(aProvider(1));
    await at().placement.ensureProvider(aProvider(2));
    expect(await hostsFor({}, { limit: 1 })).toHaveLength(1);
    const two = [group("_A", { VCPU: 1 }), group("_B", { VCPU: 1 })];
    for (const wrong of [
      { groups: [] },
      { groups: two },
      { groups: [group("_A", {})] },
      { groups: [group("a b", { VCPU: 1 })] },
      { groups: two, groupPolicy: "none", sameSubtree: [["_A", "_C"]] },
      { groups: [group("", { VCPU: 1 }, { memberOf: [["here"]] })] },
      { groups: [group("", { VCPU: 1 })], rootRequired: ["CUSTOM_UNHEARD_OF"] },
    ] satisfies CandidatesQuery[])
      await expect(ask(wrong)).rejects.toMatchObject({ code: "InvalidRequest" });
  });
}
