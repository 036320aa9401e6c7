import { describe, expect, it } from "vitest";
import { formatProblem } from "../../resources/problem.ts";
import { validateManifest } from "../../resources/validate.ts";

/** Nobody can give these, or nobody can mean them. JSON and YAML make Infinity of 1e309. */
const NEVER: readonly unknown[] = [
  ...[-1, -0.5, 1.5, Infinity, -Infinity, Number.NaN, "", " ", "-1", "1e3", "0x10", "NaN", "many", "1 Gi", "١"],
  ...[null, true, [], [1], {}],
];
/** What Placement cannot count. */
const HUGE: readonly unknown[] = [2 ** 31, 2 ** 53 + 2, Number.MAX_VALUE];
const TEXTS: readonly unknown[] = ["1", "1Gi"];
const UNCOUNTABLE = "99999999999999999999Ti";

const group = (resources: object) => ({ resourceGroups: [{ name: "g", resources }], resources: { vcpu: 1024 } });
const query = (amount: unknown) => ({ placement: { query: `resources=CUSTOM_A:${String(amount)}` } });
const inventory = (name: string, field: string) => (amount: unknown) => {
  const total = name === "CUSTOM_A" && field !== "total" ? { total: 9 } : {};
  return { inventory: { [name]: { ...total, [field]: amount } } };
};

interface Door {
  readonly kind: string;
  readonly place: string;
  readonly spec: (amount: unknown) => object;
  readonly hostile: readonly unknown[];
}
const counted = [...NEVER, ...HUGE, ...TEXTS];
/** Bytes may stand as texts, and there may be more of them than Placement counts units. */
const bytes = [...NEVER, 2 ** 53 + 2, Number.MAX_VALUE, UNCOUNTABLE];
const atLeastOne = [...counted, 0];

const DOORS: readonly Door[] = [
  ...["Instance", "Flavor"].flatMap((kind): Door[] =>
    (
      [
        ["vcpu", [...atLeastOne, 1025]],
        ["memory", [...bytes, 0, 1, "512", 2 ** 52, "4096Ti"]],
        ["disk", [...bytes, 0, 1, "512"]],
        ["CUSTOM_A", atLeastOne],
      ] as const
    ).map(([name, hostile]) => ({
      ...{ kind, place: `spec.resources.${name}`, hostile },
      spec: (amount) => ({ resources: { [name]: amount } }),
    })),
  ),
  ...(
    [
      ["vcpu", counted],
      ["memory", bytes],
      ["disk", bytes],
      ["CUSTOM_A", counted],
    ] as const
  ).map(([name, hostile]) => ({
    ...{ kind: "Namespace", place: `spec.quota.${name}`, hostile },
    spec: (amount: unknown) => ({ quota: { [name]: amount } }),
  })),
  {
    ...{ kind: "Namespace", place: "spec.limits.instances", hostile: [...NEVER, ...TEXTS] },
    spec: (amount) => ({ limits: { instances: amount } }),
  },
  ...(
    [
      ["vcpu", [...atLeastOne, 1025]],
      ["memory", [...bytes, 0]],
      ["disk", [...bytes, 0]],
      ["CUSTOM_A", atLeastOne],
      ["VGPU", atLeastOne],
    ] as const
  ).map(([name, hostile]) => ({
    ...{ kind: "Instance", place: `spec.resourceGroups[0].resources.${name}`, hostile },
    spec: (amount: unknown) => group({ [name]: amount }),
  })),
  {
    ...{ kind: "Instance", place: "spec.placement.query", spec: query },
    hostile: [0, -1, 1.5, 2 ** 31, 2 ** 53 + 2, Infinity, Number.NaN, "", "x", "1e3", "0x1", "+1", " 1", null],
  },
  ...["vcpu", "CUSTOM_A"].flatMap((name) =>
    (["total", "reserved", "minUnit", "maxUnit", "stepSize"] as const).map((field) => ({
      ...{ kind: "Hypervisor", place: `spec.inventory.${name}.${field}`, spec: inventory(name, field) },
      hostile: [...NEVER, ...HUGE, "1.5", UNCOUNTABLE, ...(field.match(/total|reserved/) ? [] : [0, "0"])],
    })),
  ),
  ...["memory", "disk"].flatMap((name) =>
    (["total", "reserved", "minUnit", "maxUnit", "stepSize"] as const).map((field) => ({
      ...{ kind: "Hypervisor", place: `spec.inventory.${name}.${field}`, spec: inventory(name, field) },
      hostile: [...bytes, ...(name === "memory" ? ["4096Ti"] : []), ...(field.match(/total|reserved/) ? [] : [0, "0"])],
    })),
  ),
  ...["vcpu", "memory", "CUSTOM_A"].map((name) => ({
    ...{ kind: "Hypervisor", place: `spec.inventory.${name}.allocationRatio` },
    spec: inventory(name, "allocationRatio"),
    hostile: [0, -1, Infinity, Number.NaN, 1e300, "", "2", null, [], {}],
  })),
];

function problemsOf(kind: string, spec: object): string[] {
  const metadata = { name: "x" };
  const verdict = validateManifest({ apiVersion: "compute.vmctl/v1alpha1", kind, metadata, spec });
  return verdict.ok ? [] : verdict.problems.map(formatProblem);
}

describe("an amount that nobody can give", () => {
  it.each(DOORS)("is refused with its place: $kind $place", ({ kind, place, spec, hostile }) => {
    const accepted = hostile.filter((amount) => !problemsOf(kind, spec(amount)).some((text) => text.startsWith(place)));
    expect(accepted).toEqual([]);
  });

  it("off-step is a matter of the host, not of the manifest", () => {
    expect(problemsOf("Hypervisor", { inventory: { memory: { stepSize: "256Mi" } } })).toEqual([]);
    expect(problemsOf("Instance", { resources: { memory: "300Mi" }, image: { name: "tiny" } })).toEqual([]);
  });
});
