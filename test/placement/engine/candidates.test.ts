import { describe, expect, test } from "vitest";
import type { CandidatesQuery, RequestGroup } from "../../../placement/candidates-query.ts";
import { type CandidatesOptions, findCandidates } from "../../../placement/engine/candidates/find-candidates.ts";
import type { ProviderRecord } from "../../../placement/engine/records.ts";
import type { PlacementState } from "../../../placement/engine/state.ts";
import type { Inventory } from "../../../placement/placement.ts";
import { anInventory, uuid } from "../examples.ts";
import { aGroup, childRecord, providerRecord, stateWith } from "./examples.ts";

const AGGREGATE = uuid(900);
const SHARING = "MISC_SHARES_VIA_AGGREGATE";

const vcpus = (amount: number, rest: Partial<RequestGroup> = {}): CandidatesQuery => ({
  groups: [aGroup("", { VCPU: amount }, rest)],
});
const with_ = (inventories: Record<string, Inventory>, rest: Partial<ProviderRecord> = {}) => ({
  inventories,
  ...rest,
});
function mapped(state: PlacementState, query: CandidatesQuery, options?: CandidatesOptions): readonly string[] {
  return findCandidates(state, query, options)
    .requests.map(({ mappings }) =>
      Object.entries(mappings)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([suffix, uuids]) => `${suffix}:${uuids.map((text) => Number(text.slice(-4))).join("+")}`)
        .join(" "),
    )
    .sort();
}

describe("findCandidates", () => {
  test("answers with what to allocate, which group goes where, and the whole tree in numbers", () => {
    const state = stateWith(
      providerRecord(1, with_({ VCPU: anInventory(8, { allocationRatio: 1.3 }) }, { traits: ["COMPUTE_NODE"] })),
      childRecord(2, 1, 1, {}),
      providerRecord(3),
    );
    state.apply({ kind: "usage", provider: uuid(1), record: { used: { VCPU: 3 }, generation: 1 } });
    const { requests, summaries, cut } = findCandidates(state, vcpus(7));
    expect(requests).toEqual([{ allocations: { [uuid(1)]: { VCPU: 7 } }, mappings: { "": [uuid(1)] } }]);
    expect([...summaries.values()]).toEqual([
      {
        uuid: uuid(1),
        parent: null,
        root: uuid(1),
        capacity: { VCPU: 10 },
        used: { VCPU: 3 },
        traits: ["COMPUTE_NODE"],
      },
      { uuid: uuid(2), parent: uuid(1), root: uuid(1), capacity: {}, used: {}, traits: [] },
    ]);
    expect(cut).toBe(false);
    expect(mapped(state, vcpus(8))).toEqual([]);
  });

  test("adds up what groups take of one provider, up to its room and its max_unit", () => {
    const state = stateWith(
      providerRecord(1, with_({ VCPU: anInventory(4) })),
      providerRecord(2, with_({ VCPU: anInventory(9, { maxUnit: 4 }) })),
      // Exactly so much.
      providerRecord(3, with_({ VCPU: anInventory(5) })),
    );
    const query: CandidatesQuery = { groups: [aGroup("", { VCPU: 3 }), aGroup("_A", { VCPU: 2 })] };
    expect(findCandidates(state, query).requests.map(({ allocations }) => allocations)).toEqual([
      { [uuid(3)]: { VCPU: 5 } },
    ]);
  });

  test("group_policy: isolated groups use different providers, the unsuffixed group may overlap", () => {
    const device = (n: number): ProviderRecord => childRecord(n, 1, 1, with_({ VCPU: anInventory(9) }));
    const state = stateWith(providerRecord(1), device(2), device(3));
    const groups = [aGroup("", { VCPU: 1 }), aGroup("_A", { VCPU: 1 }), aGroup("_B", { VCPU: 1 })];
    expect(mapped(state, { groups, groupPolicy: "isolate" })).toEqual([
      ...[":2 _A:2 _B:3", ":2 _A:3 _B:2", ":3 _A:2 _B:3", ":3 _A:3 _B:2"],
    ]);
    expect(mapped(state, { groups, groupPolicy: "none" })).toHaveLength(8);
  });

  test("same_subtree: one of them is over all others; a group without resources can be that one", () => {
    const node = (n: number): ProviderRecord => childRecord(n, 1, 1, { traits: ["HW_NUMA_ROOT"] });
    const device = (n: number, parent: number): ProviderRecord =>
      childRecord(n, parent, 1, with_({ SRIOV_NET_VF: anInventory(1), VGPU: anInventory(1) }));
    const state = stateWith(providerRecord(1), node(2), node(3), device(4, 2), device(5, 3));
    const groups = [
      aGroup("_VF", { SRIOV_NET_VF: 1 }),
      aGroup("_GPU", { VGPU: 1 }),
      aGroup("_N", {}, { required: [["HW_NUMA_ROOT"]] }),
    ];
    expect(mapped(state, { groups, groupPolicy: "none", sameSubtree: [["_VF", "_GPU", "_N"]] })).toEqual([
      "_GPU:4 _N:2 _VF:4",
      "_GPU:5 _N:3 _VF:5",
    ]);
  });

  test("a sharing provider serves every tree with which it has an aggregate, unless the group is pinned", () => {
    const host = (n: number, aggregates: string[]): ProviderRecord =>
      providerRecord(n, with_({ VCPU: anInventory(4) }, { aggregates }));
    const share = providerRecord(
      9,
      with_({ DISK_GB: anInventory(99) }, { traits: [SHARING], aggregates: [AGGREGATE] }),
    );
    const state = stateWith(
      host(1, [AGGREGATE]),
      host(2, []),
      childRecord(3, 2, 2, { aggregates: [AGGREGATE] }),
      host(4, []),
      share,
    );
    const resources = { VCPU: 1, DISK_GB: 1 };
    expect(mapped(state, { groups: [aGroup("", resources)] })).toEqual([":1+9", ":2+9"]);
    expect(mapped(state, { groups: [aGroup("", resources, { inTree: uuid(1) })] })).toEqual([]);
    expect(mapped(state, { groups: [aGroup("", { DISK_GB: 1 })] })).toEqual([":9"]);
    expect(mapped(state, { groups: [aGroup("_A", { VCPU: 1 }), aGroup("_B", { DISK_GB: 1 })] })).toEqual([
      "_A:1 _B:9",
      "_A:2 _B:9",
    ]);
  });

  test("member_of of the unsuffixed group may be the root's; of a granular one it is the provider's own", () => {
    const state = stateWith(
      providerRecord(1, { aggregates: [AGGREGATE] }),
      childRecord(2, 1, 1, with_({ VCPU: anInventory(4) })),
    );
    expect(mapped(state, vcpus(1, { memberOf: [[uuid(901), AGGREGATE]] }))).toEqual([":2"]);
    expect(mapped(state, vcpus(1, { notMemberOf: [AGGREGATE] }))).toEqual([]);
    expect(mapped(state, { groups: [aGroup("_A", { VCPU: 1 }, { memberOf: [[AGGREGATE]] })] })).toEqual([]);
    expect(mapped(state, { groups: [aGroup("_A", { VCPU: 1 }, { notMemberOf: [AGGREGATE] })] })).toEqual(["_A:2"]);
  });

  test("required traits may be spread over the providers of the unsuffixed group, forbidden ones may be nowhere", () => {
    const state = stateWith(
      providerRecord(1, with_({ VCPU: anInventory(4) }, { traits: ["CUSTOM_A"] })),
      childRecord(2, 1, 1, with_({ VGPU: anInventory(4) }, { traits: ["CUSTOM_B"] })),
      childRecord(3, 1, 1, with_({ VGPU: anInventory(4) }, { traits: ["CUSTOM_C"] })),
    );
    const ask = (rest: Partial<RequestGroup>) => mapped(state, { groups: [aGroup("", { VCPU: 1, VGPU: 1 }, rest)] });
    expect(ask({ required: [["CUSTOM_A"], ["CUSTOM_B"]] })).toEqual([":1+2"]);
    expect(ask({ required: [["CUSTOM_A"], ["CUSTOM_B", "CUSTOM_C"]] })).toEqual([":1+2", ":1+3"]);
    expect(ask({ forbidden: ["CUSTOM_C"] })).toEqual([":1+2"]);
    expect(ask({ forbidden: ["CUSTOM_A"] })).toEqual([]);
  });

  test("root_required looks at the root under which the request is satisfied", () => {
    const host = (n: number, traits: string[]): ProviderRecord =>
      providerRecord(n, with_({ VCPU: anInventory(4) }, { traits }));
    const state = stateWith(host(1, ["CUSTOM_A"]), host(2, []), childRecord(3, 1, 1, with_({ VCPU: anInventory(4) })));
    expect(mapped(state, { ...vcpus(1), rootRequired: ["CUSTOM_A"] })).toEqual([":1", ":3"]);
    expect(mapped(state, { ...vcpus(1), rootForbidden: ["CUSTOM_A"] })).toEqual([":2"]);
  });

  test("before nested providers were known, no request uses two of one tree", () => {
    const state = stateWith(
      providerRecord(1, with_({ VCPU: anInventory(4), VGPU: anInventory(4) })),
      childRecord(2, 1, 1, with_({ VGPU: anInventory(4) })),
    );
    const query: CandidatesQuery = { groups: [aGroup("", { VCPU: 1, VGPU: 1 })] };
    expect(mapped(state, query)).toEqual([":1", ":1+2"]);
    expect(mapped(state, query, { nested: false })).toEqual([":1"]);
    expect([...findCandidates(state, query, { nested: false }).summaries.keys()]).toEqual([uuid(1)]);
  });

  test("starts where it is told, so that a limit does not always meet the same hosts", () => {
    const state = stateWith(...[1, 2, 3, 4].map((n) => providerRecord(n, with_({ VCPU: anInventory(4) }))));
    const first = (start: number) => mapped(state, { ...vcpus(1), limit: 2 }, { start });
    expect([first(0), first(3), first(5), first(-1)]).toEqual([
      [":1", ":2"],
      [":1", ":4"],
      [":2", ":3"],
      [":1", ":4"],
    ]);
  });

  test("follows what is rare to its roots, from the start in the ring on", () => {
    const host = (n: number): ProviderRecord =>
      providerRecord(n, with_({ VCPU: anInventory(4) }, { traits: n % 20 === 0 ? ["CUSTOM_RARE"] : [] }));
    const state = stateWith(...Array.from({ length: 200 }, (_, n) => host(n + 1)));
    const first = (start: number, limit: number) =>
      mapped(state, { ...vcpus(1, { required: [["CUSTOM_RARE"]] }), limit }, { start });
    expect([first(19, 1), first(20, 1), first(199, 1), first(200, 1)]).toEqual([[":20"], [":40"], [":200"], [":20"]]);
    expect(first(195, 3)).toEqual([":20", ":200", ":40"]);
    expect(first(7, 99)).toHaveLength(10);
  });

  test("promises nothing of a provider whose usage is not known, and believes the usage it is given", () => {
    const state = stateWith(...[1, 2, 3].map((n) => providerRecord(n, with_({ VCPU: anInventory(4) }))));
    const usageOf: CandidatesOptions["usageOf"] = ({ id }) => (id === 1 ? undefined : { VCPU: id });
    expect(mapped(state, vcpus(2), { usageOf })).toEqual([":2"]);
  });
});
