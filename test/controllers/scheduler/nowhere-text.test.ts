import { describe, expect, it } from "vitest";
import { nowhereText, unknownHostText } from "../../../controllers/scheduler/nowhere-text.ts";
import type { Wish } from "../../../controllers/scheduler/peers.ts";
import { withNameMeant } from "../../../controllers/scheduler/request/name-meant.ts";
import type { CandidatesQuery } from "../../../placement/candidates-query.ts";
import { PlacementError } from "../../../placement/placement-error.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import { broken, type HostParts, hostKeys } from "../support/a-host.ts";
import { UID } from "../support/facts.ts";
import { viewOf } from "../support/view.ts";

const aWish = (spec: InstanceSpec = {}): Wish => ({ uid: UID, namespace: "default", labels: {}, spec });
const world = (hosts: Readonly<Record<string, HostParts>>) =>
  viewOf(Object.assign({}, ...Object.entries(hosts).map(([name, parts]) => hostKeys(name, parts))));
const since = (reason: string): HostParts => ({
  conditions: [{ type: "Ready", status: "Unknown", reason, message: "", lastTransitionTime: "2030-01-02T03:04:05Z" }],
});

describe("a pinned instance without a place", () => {
  it.each<[string, HostParts, string]>([
    ["is cordoned", { spec: { unschedulable: true } }, "cordoned"],
    ["goes", { metadata: { deletionTimestamp: "2030-01-01T00:00:00Z" } }, "being deleted"],
    ["is only declared", { observed: null }, "declared, and no node has ever reported for it"],
    ["is silent", { silent: true, ...since("HostSilent") }, "silent: no heartbeat, since 2030-01-02T03:04:05Z"],
    ["is silent since a moment ago", { silent: true, ...since("Serving") }, "silent: no heartbeat"],
    [
      "is told to use KVM and has none",
      { ...broken("KvmUsable", "LibvirtRefuses"), spec: { virtType: "kvm" } },
      "its spec.virtType is kvm, and KVM does not work there: LibvirtRefuses",
    ],
    ["has no pool", broken("StoragePoolReady", "DiskFull"), "DiskFull"],
    ["is full", {}, "insufficient DISK_GB, insufficient VCPU"],
  ])("is told that its host %s", (_what, parts, want) => {
    const view = world({ "host-1": parts, "host-2": {} });
    const refused = new Map([
      ["insufficient VCPU", 1],
      ["insufficient DISK_GB", 1],
    ]);
    expect(nowhereText(view, aWish({ hypervisor: "host-1" }), refused)).toBe(
      `its hypervisor host-1 cannot take it: ${want}`,
    );
  });

  it("is told what Placement does not know yet", () => {
    const text = nowhereText(world({ "host-1": {} }), aWish({ hypervisor: "host-1" }), new Map());
    expect(text).toBe("its hypervisor host-1 cannot take it: Placement does not know the host yet");
  });

  it("is told that there is no such host, and which was meant", () => {
    const view = world({ "rack-10": {}, "other-1": {}, "new-3": { status: null } });
    expect(unknownHostText(view, "rack-11")).toBe('Hypervisor "rack-11" does not exist; did you mean "rack-10"?');
    expect(unknownHostText(view, "nobody")).toBe('Hypervisor "nobody" does not exist');
    expect(unknownHostText(view, "new-3")).toBe('Hypervisor "new-3" is not admitted yet');
  });
});

describe("hosts that Placement calls cordoned", () => {
  const view = world({
    "host-1": { spec: { unschedulable: true } },
    "host-2": { metadata: { deletionTimestamp: "2030-01-01T00:00:00Z" } },
    "host-3": { silent: true },
    "host-4": {},
    "host-5": { observed: null },
  });
  const text = (refused: Readonly<Record<string, number>>) =>
    nowhereText(view, aWish(), new Map(Object.entries(refused)));

  it("are counted by what is the matter with each", () => {
    expect(text({ cordoned: 3, "insufficient VCPU": 1 })).toBe(
      "0 of 5 hypervisors can take it: 1 Cordoned, 1 HostSilent, 1 NotReporting, 1 Terminating, 1 insufficient VCPU",
    );
  });

  it("are not counted twice where a filter refused one already", () => {
    expect(text({ cordoned: 2, HostSilent: 1 })).toBe(
      "0 of 5 hypervisors can take it: 1 Cordoned, 1 HostSilent, 1 NotReporting, 1 Terminating",
    );
  });

  it("are told where there are no others", () => {
    const declared = world({ "host-5": { observed: null } });
    expect(nowhereText(declared, aWish(), new Map())).toBe("0 of 1 hypervisors can take it: 1 NotReporting");
  });

  it("stay what Placement calls them where the numbers do not agree", () => {
    expect(text({ cordoned: 4 })).toBe("0 of 5 hypervisors can take it: 4 cordoned");
  });
});

describe("a name that nobody knows", () => {
  const view = world({ "host-1": { spec: { inventory: { CUSTOM_FPGA: { total: 1 } } }, traits: ["CUSTOM_SSD"] } });
  const query = (names: { traits?: string[]; classes?: string[] }): CandidatesQuery => ({
    groups: [
      {
        ...{ suffix: "", forbidden: [], memberOf: [], notMemberOf: [], required: [names.traits ?? []] },
        resources: Object.fromEntries((names.classes ?? []).map((name) => [name, 1])),
      },
    ],
  });
  const said = (names: { traits?: string[]; classes?: string[] }, unknown: string) =>
    withNameMeant(view, query(names), new PlacementError("InvalidRequest", `unknown name ${unknown}`)).message;

  it.each([
    ["HW_CPU_X86_AVX5", "HW_CPU_X86_AVX"],
    ["CUSTOM_SDD", "CUSTOM_SSD"],
    ["SSD", "CUSTOM_SSD"],
  ])("is a slip of a trait: %s", (name, want) => {
    expect(said({ traits: ["HW_ARCH_X86_64", name] }, name)).toBe(`unknown name ${name}; did you mean "${want}"?`);
  });

  it.each([
    ["CUSTOM_FPGAS", "CUSTOM_FPGA"],
    ["VGPUS", "VGPU"],
  ])("is a slip of a class: %s", (name, want) => {
    expect(said({ classes: [name] }, name)).toBe(`unknown name ${name}; did you mean "${want}"?`);
  });

  it("is not like everything that is custom", () => {
    expect(said({ traits: ["CUSTOM_NO_SUCH"] }, "CUSTOM_NO_SUCH")).toBe("unknown name CUSTOM_NO_SUCH");
  });
});
