import { describe, expect, it } from "vitest";
import { candidatesQueryOf } from "../../../controllers/scheduler/request/candidates-query-of.ts";
import type { RequestGroup } from "../../../placement/candidates-query.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";

const A = "00000000-0000-4000-8000-00000000000a";
const HOST = "00000000-0000-4000-8000-000000000001";
const VMCTL0 = "CUSTOM_NETWORK_VMCTL0";
const SIZE = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 2 };

const group = (suffix: string, more: Partial<RequestGroup>): RequestGroup => ({
  suffix,
  resources: {},
  required: [],
  forbidden: [],
  memberOf: [],
  notMemberOf: [],
  ...more,
});
const queryOf = (spec: InstanceSpec, extras: Partial<Parameters<typeof candidatesQueryOf>[1]> = {}) =>
  candidatesQueryOf(spec, { isKept: () => true, ...extras });

describe("the query of a spec", () => {
  it("asks for its size, of a host that may be used and has the network", () => {
    expect(queryOf({})).toEqual({
      groups: [group("", { resources: SIZE })],
      rootRequired: [VMCTL0],
      rootForbidden: ["COMPUTE_STATUS_DISABLED"],
    });
  });

  it("says all the rest of it", () => {
    const spec: InstanceSpec = {
      resources: { vcpu: 4, memory: "1Gi", CUSTOM_GPU: 1 },
      traits: { required: ["CUSTOM_A"], forbidden: ["CUSTOM_B"], anyOf: [["CUSTOM_C", "CUSTOM_D"]] },
      aggregates: { memberOf: [[A]], notMemberOf: [HOST] },
      resourceGroups: [
        { name: "cpu", resources: { vcpu: 3, memory: "1Gi" }, traits: { anyOf: [["CUSTOM_E"]] } },
        { name: "nic", resources: { SRIOV_NET_VF: 1 }, aggregates: { notMemberOf: [A] } },
      ],
      groupPolicy: "isolate",
      sameSubtree: [["cpu", "nic"]],
      interfaces: [
        { name: "a", network: "lan" },
        { name: "b", bridge: "br0" },
      ],
    };
    expect(queryOf(spec, { image: { firmware: "uefi", architecture: "x86_64" } })).toEqual({
      groups: [
        group("", {
          resources: { VCPU: 1, DISK_GB: 2, CUSTOM_GPU: 1 },
          required: [["CUSTOM_A"], ["CUSTOM_C", "CUSTOM_D"]],
          forbidden: ["CUSTOM_B"],
          memberOf: [[A]],
          notMemberOf: [HOST],
        }),
        group("cpu", { resources: { VCPU: 3, MEMORY_MB: 1024 }, required: [["CUSTOM_E"]] }),
        group("nic", { resources: { SRIOV_NET_VF: 1 }, notMemberOf: [A] }),
      ],
      groupPolicy: "isolate",
      sameSubtree: [["cpu", "nic"]],
      rootRequired: ["CUSTOM_NETWORK_LAN", "HW_ARCH_X86_64", "COMPUTE_FIRMWARE_UEFI"],
      rootForbidden: ["COMPUTE_STATUS_DISABLED"],
    });
  });

  it("takes over a query of the user's, joined with the rest", () => {
    const query = `resources=VCPU:1,CUSTOM_B:2&required=CUSTOM_X&resources_f=CUSTOM_FPGA:1&root_required=CUSTOM_R,!CUSTOM_S&limit=9`;
    expect(queryOf({ traits: { required: ["CUSTOM_A"] }, placement: { query } })).toEqual({
      groups: [
        group("", { resources: { ...SIZE, CUSTOM_B: 2 }, required: [["CUSTOM_A"], ["CUSTOM_X"]] }),
        group("_f", { resources: { CUSTOM_FPGA: 1 } }),
      ],
      rootRequired: ["CUSTOM_R", VMCTL0],
      rootForbidden: ["CUSTOM_S", "COMPUTE_STATUS_DISABLED"],
      limit: 9,
    });
  });

  it("asks for what the image of the spec itself says, before any other", () => {
    const image = { source: { url: "http://images/a" }, architecture: "aarch64" } as const;
    expect(queryOf({ image }, { image: { architecture: "x86_64" } }).rootRequired).toEqual([VMCTL0, "HW_ARCH_AARCH64"]);
  });

  it("leaves a network to the filters that no host has", () => {
    const isKept = (trait: string): boolean => trait === VMCTL0;
    expect(queryOf({ interfaces: [{ name: "a", network: "dmz" }] }, { isKept }).rootRequired).toEqual([]);
    // What Placement knows by itself is asked for all the same.
    expect(queryOf({}, { isKept, image: { firmware: "uefi" } }).rootRequired).toEqual([
      VMCTL0,
      "COMPUTE_FIRMWARE_UEFI",
    ]);
  });

  it("asks the root where groups take all there is", () => {
    const spec: InstanceSpec = {
      traits: { required: ["CUSTOM_A"], forbidden: ["CUSTOM_B"] },
      resourceGroups: [{ name: "all", resources: { vcpu: 1, memory: "512Mi", disk: "2Gi" } }],
    };
    expect(queryOf(spec, { pinProvider: HOST })).toEqual({
      groups: [group("all", { resources: SIZE, inTree: HOST })],
      rootRequired: ["CUSTOM_A", VMCTL0],
      rootForbidden: ["CUSTOM_B", "COMPUTE_STATUS_DISABLED"],
    });
  });

  it("pins by the tree, in the group that spreads over it", () => {
    const spec: InstanceSpec = { resourceGroups: [{ name: "a", resources: { VGPU: 1 } }] };
    expect(queryOf(spec, { pinProvider: HOST }).groups.map(({ inTree }) => inTree)).toEqual([HOST, undefined]);
  });

  it.each<readonly [InstanceSpec, string | undefined, string]>([
    [
      { placement: { query: `resources=VCPU:1&in_tree=${A}` } },
      HOST,
      `spec.hypervisor is another tree than in_tree=${A} of spec.placement.query`,
    ],
    [{ placement: { query: "resources=VCPU:9" } }, undefined, "VCPU: asks for 9, and the machine has 1"],
    [
      { resources: { vcpu: 2 }, resourceGroups: [{ name: "a", resources: { vcpu: 3 } }] },
      undefined,
      "VCPU: groups ask for 3, and the machine has 2",
    ],
  ])("%j is an invalid request", (spec, pinProvider, message) => {
    const refused = expect.objectContaining({ code: "InvalidRequest", message });
    expect(() => queryOf(spec, { pinProvider })).toThrow(refused);
  });
});
