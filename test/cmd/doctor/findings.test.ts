import { describe, expect, it } from "vitest";
import { hypervisorFindings, unreadableFindings } from "../../../cmd/doctor/cluster-findings.ts";
import { serverFindings } from "../../../cmd/doctor/etcd-findings.ts";
import { formatFindings } from "../../../cmd/doctor/format-findings.ts";
import { hostFindings, kvmFinding, memoryFinding } from "../../../cmd/doctor/host-findings.ts";
import { nodeFinding, programFindings } from "../../../cmd/doctor/program-findings.ts";
import type { Condition } from "../../../resources/conditions.ts";
import type { ServerDescription } from "../../../store/preflight.ts";

const condition = (type: string, status: Condition["status"], reason: string, message = ""): Condition => ({
  ...{ type, status, reason, message },
  lastTransitionTime: "2026-01-01T00:00:00Z",
});
const server: ServerDescription = {
  endpoint: "https://127.0.0.1:23790",
  version: "3.6.14",
  authentication: "enabled",
  rolesAreWalls: true,
  revision: 12,
  dbSizeBytes: 20480,
  dbSizeInUseBytes: 20480,
  quotaBytes: 2 ** 31,
  alarms: [],
  everCompacted: true,
  clockOffsetMs: 3,
};

describe("doctor", () => {
  it("takes Node from 20.19 on", () => {
    expect(["20.18.9", "18.20.0", "20.19.0", "22.1.0"].map((version) => nodeFinding(version).verdict)).toEqual([
      ...["bad", "bad"],
      ...["ok", "ok"],
    ]);
  });

  it("says how to install what is missing, without calling it broken", async () => {
    for (const { verdict, remedy } of await programFindings()) {
      expect(["ok", "note"]).toContain(verdict);
      expect(remedy === undefined).toBe(verdict === "ok");
    }
  });

  it("takes a device for a device, and leaves to the node whether it works", async () => {
    expect(await kvmFinding("/dev/null")).toMatchObject({ verdict: "ok", seen: expect.stringContaining("KvmUsable") });
    expect(await kvmFinding("/nonexistent")).toMatchObject({ verdict: "note" });
  });

  it("has one line for an etcd that is well, and a remedy for one that is full", () => {
    expect(serverFindings(server)).toEqual([expect.objectContaining({ what: "etcd", verdict: "ok" })]);
    const full = serverFindings({ ...server, alarms: ["NOSPACE"] });
    expect(full[1]).toMatchObject({ verdict: "bad", remedy: expect.stringContaining("alarm") });
  });

  it("says of each hypervisor that is not Ready what to do", () => {
    const findings = hypervisorFindings([
      { name: "a", status: { conditions: [condition("Ready", "True", "Serving")] } },
      { name: "b", status: { conditions: [condition("Ready", "False", "Shutdown", "stopped")] } },
      { name: "c", status: { conditions: [condition("Ready", "Unknown", "HostSilent")] } },
      { name: "d", status: {} },
      { name: "e", status: { conditions: [condition("Ready", "False", "KvmUnusable")] } },
    ]);
    expect(findings.map(({ what, verdict }) => `${what} ${verdict}`)).toEqual([
      ...["a ok", "b bad", "c bad", "d bad", "e bad"],
    ]);
    expect(findings[1]?.remedy).toContain("vmctl up");
    expect(findings[4]?.remedy).toContain("restart its node controller");
  });

  it("names the instances of which a record cannot be read, and no other", () => {
    const object = (name: string, told: Condition, uid?: string) => ({
      ...{ apiVersion: "compute.vmctl/v1alpha1", kind: "Instance", spec: {} },
      metadata: { name, namespace: "default", ...(uid !== undefined && { uid }) },
      status: { conditions: [told] },
    });
    const findings = unreadableFindings([
      object("a", condition("Ready", "True", "Running"), "u-1"),
      object("b", condition("Ready", "Unknown", "Quarantined", "status/x cannot be read"), "u-2"),
      object("c", condition("Ready", "Unknown", "HostSilent"), "u-3"),
      object("d", condition("Ready", "Unknown", "AssignmentUnreadable", "assigned/x"), "u-4"),
      object("e", condition("Accepted", "False", "Invalid", "apiVersion is required")),
      object("f", condition("Accepted", "False", "Invalid", "spec.image is required"), "u-5"),
    ]);
    expect(findings.map(({ what, verdict, seen }) => [what, verdict, seen])).toEqual([
      ["default/b", "bad", "status/x cannot be read"],
      ["default/d", "bad", "assigned/x"],
      ["default/e", "bad", "spec/ns/default/instances/e: apiVersion is required"],
    ]);
  });

  it("misses hypervisors when there are none, and notes what one lacks", () => {
    expect(hypervisorFindings([])).toEqual([expect.objectContaining({ verdict: "bad" })]);
    const conditions = [condition("Ready", "True", "Serving"), condition("KvmUsable", "False", "NoDevice", "emulated")];
    expect(hypervisorFindings([{ name: "a", status: { conditions } }])[1]).toMatchObject({
      verdict: "note",
      seen: "KvmUsable: NoDevice: emulated",
    });
  });

  it("looks at a host that never had a control plane", async () => {
    const findings = await hostFindings("/nonexistent/vmctl");
    expect(findings.find(({ what }) => what === "vmctl up")).toMatchObject({ verdict: "note", remedy: "vmctl up" });
    expect(memoryFinding(2 ** 20)).toMatchObject({ verdict: "note" });
  });

  it("writes the remedy below the finding", () => {
    const text = formatFindings("Things", [
      { what: "one", verdict: "bad", seen: "broken\nbadly", remedy: "mend it" },
      { what: "another", verdict: "ok", seen: "fine" },
    ]);
    expect(text).toBe(
      [
        "Things:",
        "  bad      one      broken badly",
        "                    → mend it",
        "  ok       another  fine",
        "",
        "",
      ].join("\n"),
    );
  });
});
