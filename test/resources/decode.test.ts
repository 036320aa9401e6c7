import { describe, expect, it } from "vitest";
import {
  decodeAlive,
  decodeAssignedData,
  decodeAssignedInstance,
  decodeObservedInstance,
} from "../../resources/decode-host-records.ts";
import {
  decodeStatusRecord,
  decodeStoredHead,
  decodeStoredObject,
  decodeUidRecord,
  storedSpecProblem,
} from "../../resources/decode-object.ts";
import { Instance } from "../../resources/instance.ts";
import { sha256Hex } from "../../resources/sha256.ts";

const uid = "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11";
const key = "spec/ns/default/instances/web-1";
const stored = {
  apiVersion: "compute.vmctl/v1alpha1",
  kind: "Instance",
  metadata: { name: "web-1", namespace: "default", uid, generation: 1, creationTimestamp: "2030-01-02T03:04:05Z" },
  spec: { image: { name: "tiny" } },
};
const decode = decodeStoredObject(Instance);
const problemOf = (verdict: { ok: true } | { ok: false; problem: string }) => (verdict.ok ? "" : verdict.problem);

describe("a stored object", () => {
  it("comes back as it was written, unknown fields and all", () => {
    const future = { ...stored, spec: { ...stored.spec, tomorrow: { a: 1 } }, extra: true };
    expect(decode(key, JSON.stringify(future))).toEqual({ ok: true, value: future });
  });
  const rows: readonly [string, string, unknown, string][] = [
    ["no JSON", key, "{", "is not JSON"],
    ["null", key, "null", "must be object"],
    ["a list", key, "[]", "must be object"],
    ["another name", "spec/ns/default/instances/web-2", stored, 'metadata.name is "web-1"'],
    ["another namespace", "spec/ns/other/instances/web-1", stored, 'metadata.namespace is "default"'],
    ["another kind's key", "spec/cluster/images/web-1", stored, "no instance lives there"],
    ["a longer key", `${key}/more`, stored, "no instance lives there"],
    ["another kind", key, { ...stored, kind: "Image" }, 'kind must be "Instance"'],
    ["no uid", key, { ...stored, metadata: { name: "web-1", namespace: "default" } }, "metadata.uid is required"],
    [
      "nonsense as spec",
      key,
      { ...stored, spec: { resources: { vcpu: -1 } } },
      "spec.resources.vcpu must be at least 1",
    ],
    ["a rule broken", key, { ...stored, spec: { failover: "Restart" } }, "refused until fencing is built"],
    ["too long", key, " ".repeat(600_000), "is longer than"],
  ];
  it.each(rows)("is refused: %s", (_name, at, value, want) => {
    expect(problemOf(decode(at, typeof value === "string" ? value : JSON.stringify(value)))).toContain(want);
  });
  it.each(["__proto__", "\\u005f_proto__"])("is refused with a field %s, however deep and however spelled", (field) => {
    const text = JSON.stringify({ ...stored, extra: [{ FIELD: {} }] }).replace("FIELD", field);
    expect(problemOf(decode(key, text))).toContain("__proto__");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
  it("may talk about __proto__ in a text", () => {
    const spec = { cloudInit: { userData: "__proto__" } };
    expect(decode(key, JSON.stringify({ ...stored, spec })).ok).toBe(true);
  });
  it("that is broken still has a head to report on", () => {
    const { uid: _gone, ...metadata } = stored.metadata;
    for (const broken of [
      { ...stored, metadata, spec: 7 },
      { ...stored, metadata: { ...metadata, uid: "mine" } },
    ]) {
      const head = decodeStoredHead(Instance)(key, JSON.stringify(broken));
      expect(head.ok && head.value.metadata).toEqual(metadata);
    }
    expect(storedSpecProblem(Instance, 7)).toBe("spec must be object (got 7)");
    expect(storedSpecProblem(Instance, { failover: "Restart" })).toContain("spec.failover is refused");
    expect(storedSpecProblem(Instance, { tomorrow: 1 })).toBeUndefined();
  });
});

it("is decoded by one decoder for each kind: each compiles a schema, which is never freed", () => {
  expect(decodeStoredObject(Instance)).toBe(decodeStoredObject(Instance));
  expect(decodeStoredHead(Instance)).toBe(decodeStoredHead(Instance));
  expect(decodeStatusRecord(Instance)).toBe(decodeStatusRecord(Instance));
});

describe("records", () => {
  const status = { uid, specCreateRevision: 5, status: { phase: "Running" } };
  it("status: belongs to a place of its kind, and its status is checked", () => {
    const decodeStatus = decodeStatusRecord(Instance);
    expect(decodeStatus("status/ns/default/instances/web-1", JSON.stringify(status)).ok).toBe(true);
    expect(decodeStatus("status/cluster/images/web-1", JSON.stringify(status)).ok).toBe(false);
    const wrong = { ...status, binding: { hypervisor: "h", epoch: 0, boundAt: "2030-01-02T03:04:05Z" } };
    expect(problemOf(decodeStatus("status/ns/default/instances/web-1", JSON.stringify(wrong)))).toContain(
      "binding.epoch",
    );
  });
  it("uid: names a place", () => {
    expect(decodeUidRecord(`uids/${uid}`, JSON.stringify({ tail: "ns/default/instances/web-1" })).ok).toBe(true);
    expect(decodeUidRecord(`uids/${uid}`, JSON.stringify({ tail: "../x" })).ok).toBe(false);
  });
  const assigned = {
    uid,
    namespace: "default",
    name: "web-1",
    hypervisor: "host-1",
    epoch: 1,
    desired: "Running",
    generation: 1,
    specRevision: 7,
    runStrategy: "Always",
    recreateOnChange: false,
    gracePeriodSeconds: 30,
    machine: {
      vcpu: 1,
      memory: 1,
      disk: 1,
      image: { source: { file: "/a" } },
      interfaces: [{ name: "default", network: "vmctl0", mac: "52:54:00:00:00:01" }],
      hostname: "web-1",
    },
    guest: { sshKeys: [] },
  };
  const at = `assigned/host-1/instances/${uid}`;
  it("assigned: is for this host and this uid, and its names are names", () => {
    expect(decodeAssignedInstance(at, JSON.stringify(assigned))).toEqual({ ok: true, value: assigned });
    expect(decodeAssignedInstance(at.replace("host-1", "host-2"), JSON.stringify(assigned)).ok).toBe(false);
    expect(decodeAssignedInstance(at.replace("6b1f", "6b1e"), JSON.stringify(assigned)).ok).toBe(false);
    const outside = { ...assigned, name: "../../etc/passwd" };
    expect(problemOf(decodeAssignedInstance(at, JSON.stringify(outside)))).toContain("name must be a name");
    expect(decodeAssignedInstance(at, JSON.stringify({ ...assigned, desired: "Gone" })).ok).toBe(false);
  });
  it("observed: names the uid of its key", () => {
    const observed = {
      uid,
      epoch: 1,
      specRevision: 1,
      generation: 1,
      state: "Running",
      restarts: 0,
      pending: { restart: [], recreate: [], guestConfig: [] },
    };
    expect(decodeObservedInstance(`observed/host-1/instances/${uid}`, JSON.stringify(observed)).ok).toBe(true);
    const withReason = (reason: string) =>
      JSON.stringify({ ...observed, problem: { reason, message: "", terminal: false } });
    const place = `observed/host-1/instances/${uid}`;
    expect(decodeObservedInstance(place, withReason("DiskFull")).ok).toBe(true);
    // It would become the reason of a condition, in a status that nobody could read.
    expect(problemOf(decodeObservedInstance(place, withReason("disk full")))).toContain("problem.reason");
    expect(decodeObservedInstance(`observed/host-1/instances/other`, JSON.stringify(observed)).ok).toBe(false);
    expect(decodeObservedInstance(`observed/host-1/instances/${uid}/x`, JSON.stringify(observed)).ok).toBe(false);
  });
  it("data: its digest proves it", () => {
    const place = `assigned/host-1/data/${uid}/${sha256Hex("x")}`;
    expect(decodeAssignedData(place, '"x"')).toEqual({ ok: true, value: "x" });
    expect(decodeAssignedData(place, '"y"').ok).toBe(false);
  });
  it("alive: all of it is there", () => {
    expect(decodeAlive("alive/host-1", "{}").ok).toBe(false);
  });
});
