import { describe, expect, test } from "vitest";
import type { CandidatesQuery, RequestGroup } from "../../../placement/candidates-query.ts";
import { explainRefusal, refusalExplainer } from "../../../placement/engine/explain/explain-refusal.ts";
import type { ProviderRecord } from "../../../placement/engine/records.ts";
import type { PlacementState } from "../../../placement/engine/state.ts";
import { anInventory, uuid } from "../examples.ts";
import { aGroup, childRecord, providerRecord, stateWith } from "./examples.ts";

const AGGREGATE = uuid(900);
const host = (rest: Partial<ProviderRecord> = {}): ProviderRecord =>
  providerRecord(1, {
    inventories: { VCPU: anInventory(8), MEMORY_MB: anInventory(8192, { reserved: 512 }), DISK_GB: anInventory(100) },
    ...rest,
  });
const ask = (resources: Record<string, number>, rest: Partial<RequestGroup> = {}): CandidatesQuery => ({
  groups: [aGroup("", resources, rest)],
});
const texts = (state: PlacementState, query: CandidatesQuery): readonly string[] =>
  explainRefusal(state, query, uuid(1)).map(({ text }) => text);

describe("explainRefusal", () => {
  test("says nothing about a tree that serves", () => {
    expect(texts(stateWith(host()), ask({ VCPU: 8 }))).toEqual([]);
  });

  test("tells amounts with all that they were judged by, for people and for programs", () => {
    const state = stateWith(host());
    state.apply({ kind: "usage", provider: uuid(1), record: { used: { MEMORY_MB: 6656, VCPU: 7 }, generation: 1 } });
    expect(explainRefusal(state, ask({ MEMORY_MB: 4096, VCPU: 2, DISK_GB: 20 }), uuid(1))).toEqual([
      {
        reason: "insufficient MEMORY_MB",
        text: "memory: 4096 MiB asked, 1024 free of 8192 × 1.0, 512 reserved",
        shortage: {
          ...anInventory(8192, { reserved: 512 }),
          ...{ resourceClass: "MEMORY_MB", asked: 4096, free: 1024, short: 3072, provider: uuid(1) },
        },
      },
      expect.objectContaining({ reason: "insufficient VCPU", text: "vcpu: 2 asked, 1 free of 8 × 1.0" }),
    ]);
  });

  test.each([
    [{ minUnit: 4 }, 2, "VCPU below min_unit", "vcpu: 2 asked, at least 4 at once (min_unit)"],
    [{ maxUnit: 4 }, 5, "VCPU above max_unit", "vcpu: 5 asked, at most 4 at once (max_unit)"],
    [{ stepSize: 2 }, 3, "VCPU not a multiple of step_size", "vcpu: 3 asked, only multiples of 2 (step_size)"],
    [{ allocationRatio: 0.25 }, 3, "insufficient VCPU", "vcpu: 3 asked, 2 free of 8 × 0.25"],
  ])("tells a violation of %j", (fields, amount, reason, text) => {
    const state = stateWith(providerRecord(1, { inventories: { VCPU: anInventory(8, fields) } }));
    expect(explainRefusal(state, ask({ VCPU: amount }), uuid(1))).toMatchObject([{ reason, text }]);
  });

  test("tells the first kind of trouble only: a cordon, then what is not named right, then amounts", () => {
    const cordoned = host({ traits: ["COMPUTE_STATUS_DISABLED"] });
    const query = ask(
      { VCPU: 99, CUSTOM_GPU: 1 },
      { required: [["CUSTOM_A"], ["CUSTOM_B", "CUSTOM_C"]], forbidden: ["COMPUTE_STATUS_DISABLED", "CUSTOM_D"] },
    );
    expect(texts(stateWith(cordoned), query)).toEqual(["cordoned"]);
    expect(texts(stateWith(cordoned), { groups: [...query.groups, aGroup("_A", { VCPU: 99 })] })).toEqual(["cordoned"]);
    expect(texts(stateWith(host({ traits: ["CUSTOM_D"] })), query)).toEqual(["trait CUSTOM_D forbidden"]);
    expect(texts(stateWith(host()), query)).toEqual([
      "trait CUSTOM_A missing",
      "none of the traits CUSTOM_B, CUSTOM_C",
    ]);
    expect(texts(stateWith(host({ traits: ["CUSTOM_A", "CUSTOM_C"] })), query)).toEqual([
      ...["vcpu: 99 asked, 8 free of 8 × 1.0", "CUSTOM_GPU: 1 asked, none here"],
    ]);
  });

  test("tells aggregates, pins, roots and providers that are not there", () => {
    const state = stateWith(host({ aggregates: [AGGREGATE] }));
    expect(texts(state, ask({ VCPU: 1 }, { memberOf: [[uuid(901)]] }))).toEqual([`not in aggregate ${uuid(901)}`]);
    expect(texts(state, ask({ VCPU: 1 }, { notMemberOf: [AGGREGATE] }))).toEqual([`in aggregate ${AGGREGATE}`]);
    expect(texts(state, ask({ VCPU: 1 }, { inTree: uuid(5) }))).toEqual(["not in the tree asked for"]);
    expect(texts(state, { ...ask({ VCPU: 1 }), rootRequired: ["CUSTOM_A"] })).toEqual(["trait CUSTOM_A missing"]);
    expect(explainRefusal(state, ask({ VCPU: 1 }), uuid(7))).toMatchObject([{ reason: "no such provider" }]);
  });

  test("tells of the provider of a tree that comes nearest", () => {
    const device = (n: number, total: number): ProviderRecord =>
      childRecord(n, 1, 1, { inventories: { SRIOV_NET_VF: anInventory(total) } });
    const state = stateWith(host(), device(2, 2), device(3, 3));
    expect(texts(state, ask({ SRIOV_NET_VF: 4 }))).toEqual([
      "SRIOV_NET_VF: 4 asked, 3 free of 3 × 1.0 (provider provider-3)",
    ]);
    const granular: CandidatesQuery = {
      groups: [aGroup("_A", { VCPU: 9 }), aGroup("_B", { SRIOV_NET_VF: 1 }, { required: [["CUSTOM_A"]] })],
      groupPolicy: "none",
    };
    expect(texts(state, granular)).toEqual([
      "group _A: vcpu: 9 asked, 8 free of 8 × 1.0 (provider provider-1)",
      "group _B: trait CUSTOM_A missing (provider provider-2)",
    ]);
  });

  test("says so when every group fits and all together do not", () => {
    const groups = [aGroup("_A", { VCPU: 5 }), aGroup("_B", { VCPU: 5 })];
    expect(texts(stateWith(host()), { groups, groupPolicy: "none" })).toEqual(["groups do not fit together"]);
  });

  test("believes the usage it is given", () => {
    const explain = refusalExplainer(stateWith(host()), ask({ VCPU: 2 }), () => ({ VCPU: 7 }));
    expect(explain(uuid(1))).toMatchObject([{ text: "vcpu: 2 asked, 1 free of 8 × 1.0" }]);
    const unknown = refusalExplainer(stateWith(host()), ask({ VCPU: 2, DISK_GB: 1 }), () => undefined);
    expect(unknown(uuid(1))).toMatchObject([{ reason: "usage record unreadable" }]);
  });
});
