import { describe, expect, it } from "vitest";
import { changedFields } from "../../resources/field-effects.ts";
import { Flavor } from "../../resources/flavor.ts";
import { Instance, type InstanceSpec } from "../../resources/instance.ts";
import type { KindInfo } from "../../resources/kinds.ts";
import { Namespace } from "../../resources/namespace.ts";
import { formatProblem } from "../../resources/problem.ts";
import { resourceRequest } from "../../resources/resource-request.ts";
import { withFlavor } from "../../resources/spec-in-force.ts";
import { validateManifest } from "../../resources/validate.ts";

const A = "00000000-0000-4000-8000-00000000000a";
const B = "00000000-0000-4000-8000-00000000000b";

function problemsOf(spec: object, { kind }: KindInfo = Instance): string[] {
  const verdict = validateManifest({ apiVersion: "compute.vmctl/v1alpha1", kind, metadata: { name: "web" }, spec });
  return verdict.ok ? [] : verdict.problems.map(formatProblem);
}
const group = (name: string, more: object = { resources: { VGPU: 1 } }) => ({ name, ...more });
const term = (more: object = {}) => ({ labelSelector: { matchLabels: { app: "web" } }, ...more });

const EVERYTHING: InstanceSpec = {
  traits: { required: ["HW_CPU_X86_AVX2"], forbidden: ["CUSTOM_OLD"], anyOf: [["CUSTOM_SSD", "STORAGE_DISK_SSD"]] },
  aggregates: { memberOf: [[A, B], [B]], notMemberOf: [A] },
  resources: { vcpu: 4, memory: "4Gi", CUSTOM_LICENCE: 1 },
  resourceGroups: [
    { name: "numa0", resources: { vcpu: 2, memory: "2Gi" }, traits: { required: ["HW_NUMA_ROOT"] } },
    { name: "gpu", resources: { VGPU: 1, CUSTOM_LICENCE: 2 }, aggregates: { memberOf: [[A]] } },
    { name: "_top" },
  ],
  groupPolicy: "isolate",
  sameSubtree: [["numa0", "gpu", "_top"]],
  placement: { query: "resources1=CUSTOM_FPGA:1&required1=CUSTOM_FPGA_X" },
  affinity: [{ labelSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["db"] }] }, weight: 50 }],
  antiAffinity: [{ labelSelector: {}, topology: "example.org/rack", required: true }],
  tolerations: [{ operator: "Exists" }, { key: "gpu", value: "a", effect: "NoSchedule" }],
  schedulingStrategy: "Pack",
  priority: -5,
};

describe("an instance's wishes for its host", () => {
  it("may all be said at once", () => {
    expect(problemsOf(EVERYTHING)).toEqual([]);
  });

  it("are bound: once it has a host, they are refused", () => {
    const fields = Object.keys(EVERYTHING).filter((field) => field !== "resources");
    for (const field of fields)
      expect(
        changedFields(Instance, {}, { [field]: EVERYTHING[field as keyof InstanceSpec] }).map(({ effect }) => effect),
      ).toEqual(expect.arrayContaining(["bound"]));
  });

  it.each<readonly [object, string]>([
    [{ traits: { anyOf: [[]] } }, "spec.traits.anyOf[0] must have at least 1 item"],
    [{ traits: { anyOf: [["cpu"]] } }, 'spec.traits.anyOf[0][0] must be a trait name: A-Z, 0-9 and _ (got "cpu")'],
    [
      { traits: { anyOf: [["CUSTOM_A"]], forbidden: ["CUSTOM_A"] } },
      "spec.traits.anyOf[0] asks for one of CUSTOM_A, and all of it is forbidden",
    ],
    [{ traits: { required: ["A"], forbidden: ["A"] } }, "spec.traits.required[0] A is forbidden as well"],
    [
      { aggregates: { memberOf: [["rack-1"]] } },
      'spec.aggregates.memberOf[0][0] must be a uid such as 6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11 (got "rack-1")',
    ],
    [
      { aggregates: { memberOf: [[A]], notMemberOf: [A, B] } },
      `spec.aggregates.memberOf[0] asks for one of ${A}, and all of it is in notMemberOf`,
    ],
    [
      { resourceGroups: [group("a b")] },
      'spec.resourceGroups[0].name must be a group name: letters, digits, "-" and "_", at most 64 (got "a b")',
    ],
    [
      { resourceGroups: [group("a", {})] },
      "spec.resourceGroups[0].resources is required, but in a group that sameSubtree names",
    ],
    [
      { resourceGroups: [group("a"), group("a")], groupPolicy: "none" },
      'spec.resourceGroups[1].name is taken by group 0 (got "a")',
    ],
    [
      { resourceGroups: [group("a"), group("b")] },
      "spec.groupPolicy is required with more than one resource group: none or isolate",
    ],
    [
      { resourceGroups: [group("a", { resources: { MEMORY_MB: 1 } })] },
      'spec.resourceGroups[0].resources.MEMORY_MB is not a field (did you mean "memory"?)',
    ],
    [
      { resourceGroups: [group("a", { resources: { VGPU: 2 ** 31 } })] },
      "spec.resourceGroups[0].resources.VGPU must be at most 2147483647 (got 2147483648)",
    ],
    [
      { resourceGroups: [group("a", { resources: { memory: "0" } })] },
      "spec.resourceGroups[0].resources.memory must be at least 1 byte, and countable (got 0)",
    ],
    [
      { resourceGroups: [group("a", { resources: { vcpu: 3 } })], resources: { vcpu: 2 } },
      "spec.resources.vcpu is less than the resource groups ask for: 2 of 3 VCPU",
    ],
    [
      { resourceGroups: [group("a", { resources: { disk: "3Gi" } })] },
      "spec.resources.disk is less than the resource groups ask for: 2 of 3 DISK_GB",
    ],
    [
      { resourceGroups: Array.from({ length: 17 }, (_, index) => group(`g${index}`)), groupPolicy: "none" },
      "spec.resourceGroups must have at most 16 items",
    ],
    [
      { resourceGroups: [group("gpu")], sameSubtree: [["gpus"]] },
      'spec.sameSubtree[0][0] is not the name of a resource group (got "gpus") (did you mean "gpu"?)',
    ],
    [{ affinity: [{}] }, "spec.affinity[0].labelSelector is required"],
    [
      { affinity: [term({ required: true, weight: 3 })] },
      "spec.affinity[0].weight cannot stand beside required: true: what has a weight is a wish",
    ],
    [
      { antiAffinity: [term({ required: false })] },
      "spec.antiAffinity[0].weight is required beside required: false: 1 to 100",
    ],
    [{ antiAffinity: [term({ weight: 101 })] }, "spec.antiAffinity[0].weight must be at most 100 (got 101)"],
    [
      { affinity: [{ labelSelector: { matchExpressions: [{ key: "a", operator: "In" }] } }] },
      "spec.affinity[0].labelSelector.matchExpressions[0].values must have at least 1 item for In",
    ],
    [
      { affinity: [{ labelSelector: { matchExpressions: [{ key: "a", operator: "Exists", values: ["b"] }] } }] },
      "spec.affinity[0].labelSelector.matchExpressions[0].values cannot stand beside operator Exists",
    ],
    [{ tolerations: [{ value: "a" }] }, "spec.tolerations[0].key is required, but with operator Exists"],
    [
      { tolerations: [{ key: "a", operator: "Exists", value: "b" }] },
      "spec.tolerations[0].value cannot stand beside operator Exists",
    ],
    [{ priority: 2e9 }, "spec.priority must be at most 1000000000 (got 2000000000)"],
    [
      { schedulingStrategy: "Packed" },
      'spec.schedulingStrategy must be one of Spread, Pack (got "Packed") (did you mean "Pack"?)',
    ],
    [
      { resources: { memory: "2097152Gi" } },
      "spec.resources.memory is larger than Placement can count (got 2097152Gi)",
    ],
    [{ resources: { CUSTOM_A: 2 ** 31 } }, "spec.resources.CUSTOM_A must be at most 2147483647 (got 2147483648)"],
    [
      { placement: { query: "resource=VCPU:1" } },
      'spec.placement.query cannot be taken: resource is not a parameter of Placement (did you mean "resources"?)',
    ],
    [
      { placement: { query: "resources=VCPU:2" } },
      "spec.placement.query cannot be taken: VCPU: asks for 2, and the machine has 1",
    ],
    [
      { placement: { query: "resources=MEMORY_MB:512&resources_a=MEMORY_MB:256" } },
      "spec.placement.query cannot be taken: MEMORY_MB: asks for 512, and the machine has 256 outside of groups",
    ],
    [
      { placement: { query: "resources_a=DISK_GB:3" } },
      "spec.placement.query cannot be taken: DISK_GB: groups ask for 3, and the machine has 2",
    ],
    [
      { placement: { query: "resources=CUSTOM_A:2" }, resources: { CUSTOM_A: 1 } },
      "spec.placement.query cannot be taken: CUSTOM_A: asks for 2, and spec.resources for 1",
    ],
    [
      { placement: { query: "resources=VCPU:1&required=!CUSTOM_A" }, traits: { required: ["CUSTOM_A"] } },
      "spec.placement.query cannot be taken: CUSTOM_A is forbidden as well",
    ],
    [
      { placement: { query: `resources=VCPU:1&member_of=!${A}` }, aggregates: { memberOf: [[A]] } },
      `spec.placement.query cannot be taken: aggregate ${A} is excluded as well`,
    ],
    [
      { placement: { query: "resources1=VGPU:1" }, resourceGroups: [group("1")], groupPolicy: "none" },
      'spec.placement.query cannot be taken: the suffix "1" is the name of one of spec.resourceGroups',
    ],
    [
      { placement: { query: "resources1=VGPU:1" }, resourceGroups: [group("2")] },
      "spec.placement.query cannot be taken: group_policy=none or isolate is missing: with spec.resourceGroups there is more than one group",
    ],
    [
      { placement: { query: "resources1=VGPU:1&group_policy=none" }, groupPolicy: "isolate" },
      "spec.placement.query cannot be taken: group_policy=none contradicts spec.groupPolicy isolate",
    ],
    [
      { placement: { query: "resources1=VGPU:1" }, sameSubtree: [["2"]] },
      'spec.placement.query cannot be taken: there is no group "2" for sameSubtree',
    ],
    [
      {
        placement: { query: "resources1=VCPU:1,MEMORY_MB:512,DISK_GB:2" },
        aggregates: { memberOf: [[A]] },
      },
      "spec.placement.query cannot be taken: groups take all there is: nothing is left of which anyOf or aggregates could be asked",
    ],
    [{ placement: { query: "" } }, 'spec.placement.query must have at least 1 characters (got "")'],
  ])("%j is refused", (spec, want) => {
    expect(problemsOf(spec)).toEqual([want]);
  });

  it("are not refused for a size that its Flavor may give", () => {
    expect(problemsOf({ flavor: "large", placement: { query: "resources=VCPU:8" } })).toEqual([]);
    expect(problemsOf({ flavor: "large", resourceGroups: [group("a", { resources: { vcpu: 8 } })] })).toEqual([]);
  });
});

describe("what an instance takes", () => {
  it("is the machine, whatever of it groups ask for, and other classes on top", () => {
    expect(resourceRequest(EVERYTHING)).toEqual({
      VCPU: 4,
      MEMORY_MB: 4096,
      DISK_GB: 2,
      CUSTOM_LICENCE: 3,
      VGPU: 1,
      CUSTOM_FPGA: 1,
    });
  });

  it("counts once what a query repeats", () => {
    const spec = { resources: { CUSTOM_A: 2 }, placement: { query: "resources=VCPU:1,CUSTOM_A:2,CUSTOM_B:1" } };
    expect(resourceRequest(spec)).toEqual({ VCPU: 1, MEMORY_MB: 512, DISK_GB: 2, CUSTOM_A: 2, CUSTOM_B: 1 });
  });
});

describe("a flavor", () => {
  it("adds its traits and aggregates to an instance's", () => {
    const flavor = {
      traits: { required: ["CUSTOM_A"], anyOf: [["CUSTOM_C", "CUSTOM_D"]] },
      aggregates: { memberOf: [[A]], notMemberOf: [B] },
    };
    const spec = { traits: { required: ["CUSTOM_B"], anyOf: [["CUSTOM_E"]] }, aggregates: { memberOf: [[A], [B]] } };
    expect(withFlavor(spec, flavor)).toEqual({
      resources: {},
      traits: { required: ["CUSTOM_A", "CUSTOM_B"], anyOf: [["CUSTOM_C", "CUSTOM_D"], ["CUSTOM_E"]] },
      aggregates: { memberOf: [[A], [B]], notMemberOf: [B] },
    });
    expect(withFlavor({}, {})).toEqual({ resources: {} });
  });

  it("that contradicts itself is refused", () => {
    expect(problemsOf({ traits: { required: ["A"], forbidden: ["A"] } }, Flavor)).toEqual([
      "spec.traits.required[0] A is forbidden as well",
    ]);
  });
});

describe("a namespace's quota", () => {
  it("is of the machine's size and of custom classes", () => {
    expect(problemsOf({ quota: { vcpu: 0, memory: "1Ti", disk: 5, CUSTOM_GPU: 2 } }, Namespace)).toEqual([]);
  });
  it.each<readonly [object, string]>([
    [{ vcpu: -1 }, "spec.quota.vcpu must be at least 0 (got -1)"],
    [{ gpu: 1 }, 'spec.quota.gpu is not a field (did you mean "CUSTOM_GPU"?)'],
    [{ memory: "9007199254740993" }, "spec.quota.memory is larger than can be counted (got 9007199254740993)"],
  ])("%j is refused", (quota, want) => {
    expect(problemsOf({ quota }, Namespace)).toEqual([want]);
  });
});
