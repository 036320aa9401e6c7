import { describe, expect, it } from "vitest";
import { formatProblem } from "../../resources/problem.ts";
import { nodeGrants, ROLES } from "../../resources/roles.ts";
import { validateManifest } from "../../resources/validate.ts";

function problemsOf(spec: unknown): string[] {
  const verdict = validateManifest({
    apiVersion: "compute.vmctl/v1alpha1",
    kind: "Hypervisor",
    metadata: { name: "host-1" },
    spec,
  });
  return verdict.ok ? [] : verdict.problems.map(formatProblem);
}

describe("a hypervisor", () => {
  it("may say nothing, or everything", () => {
    expect(problemsOf({})).toEqual([]);
    const inventory = {
      vcpu: { total: 8, reserved: 1, allocationRatio: 4, minUnit: 1, maxUnit: 8, stepSize: 1 },
      memory: { total: "16Gi", reserved: "1Gi" },
      CUSTOM_GPU: { total: 2 },
    };
    const taints = [
      { key: "a", value: "b", effect: "NoSchedule" },
      { key: "a", effect: "PreferNoSchedule" },
    ];
    expect(problemsOf({ inventory, taints, traits: ["CUSTOM_SSD"], virtType: "kvm", unschedulable: true })).toEqual([]);
  });
  it.each([
    [
      { inventory: { memory: { total: "1Gi", reserved: "2Gi" } } },
      "spec.inventory.memory.reserved is larger than total",
    ],
    [{ inventory: { vcpu: { minUnit: 2, maxUnit: 1 } } }, "spec.inventory.vcpu.minUnit is larger than maxUnit"],
    [
      { inventory: { CUSTOM_GPU: {} } },
      "spec.inventory.CUSTOM_GPU.total is required: nothing discovers a custom resource",
    ],
    [{ inventory: { gpu: { total: 1 } } }, 'spec.inventory.gpu is not a field (did you mean "CUSTOM_GPU"?)'],
    [{ nodeName: "a" }, "spec.nodeName is not a field"],
    [
      { taints: [{ key: "a", effect: "NoExecute" }] },
      'spec.taints[0].effect must be one of NoSchedule, PreferNoSchedule (got "NoExecute")',
    ],
  ])("%j is refused", (spec, want) => {
    expect(problemsOf(spec)).toEqual([want]);
  });
});

describe("roles", () => {
  it("give a host its own keys and nothing of a host with a longer name", () => {
    const mayWrite = (key: string) =>
      nodeGrants("host-1").some(
        (grant) => grant.access !== "read" && ("key" in grant ? grant.key === key : key.startsWith(grant.prefix)),
      );
    expect(["observed/host-1/host", "alive/host-1"].map(mayWrite)).toEqual([true, true]);
    const others = [
      "observed/host-10/host",
      "alive/host-10",
      "assigned/host-1/host",
      "spec/a",
      "status/a",
      "elections/x",
    ];
    expect(others.filter(mayWrite)).toEqual([]);
  });
  it("let users write nothing but spec, sets and questions, and viewers nothing", () => {
    const written = ROLES.user.filter(({ access }) => access !== "read").map(({ prefix }) => prefix);
    expect(written).toEqual(["spec/", "applysets/", "reviews/"]);
    expect(ROLES.viewer.every(({ access }) => access === "read")).toBe(true);
  });
  it("show users nothing that only hosts need, and viewers only objects, events and who leads", () => {
    const [secret, internal] = [
      ["assigned/host-1/data/u/d", "placement/usage/p"],
      ["observed/h/host", "alive/h", "uids/u"],
    ];
    const readBy = (role: "user" | "viewer", keys: readonly string[]) =>
      keys.filter((key) => ROLES[role].some(({ prefix }) => key.startsWith(prefix)));
    expect(readBy("user", [...secret, ...internal])).toEqual(internal);
    const shown = ["spec/a", "status/a", "events/u/e", "elections/x"];
    expect(readBy("user", shown)).toEqual(shown);
    expect(readBy("viewer", [...secret, ...internal, ...shown])).toEqual(shown);
  });
});
