import { describe, expect, it } from "vitest";
import { type ObserveInput, observe } from "../../../controllers/node/observe.ts";
import { type Effect, nothing, type Rest } from "../../../controllers/node/step.ts";
import { guestDigests, pendingChanges } from "../../../controllers/node/tags.ts";
import { aMachine, anAssignment, someTags, withoutDomain } from "../support/facts.ts";

const input = (more: Partial<ObserveInput> = {}): ObserveInput => ({
  assigned: anAssignment(),
  machine: aMachine({ startedAt: "2030-01-01T00:00:00Z" }),
  step: nothing,
  digest: "sha256:1",
  addresses: { addresses: [{ interface: "default", mac: "m", ip: "192.0.2.7", source: "lease" }], unknowable: false },
  problem: undefined,
  retryAt: undefined,
  ...more,
});
const absent = anAssignment({ desired: "Absent" });
const stopped = anAssignment({ desired: "Stopped" });
const off = aMachine({ state: "shutoff", stopReason: "GuestShutdown" });
const problem = { reason: "StartFailed", message: "no", terminal: false };
const failing = (failed: Effect["do"]): Rest => ({ do: "nothing", problem, failed, recheckMs: 5_000 });

describe("the reported state", () => {
  it.each([
    ["nothing yet, wished to run", input({ machine: undefined, step: { do: "fetchImage" } }), "Building"],
    ["a disk, no domain", input({ machine: withoutDomain(), step: { do: "prepare", tags: someTags() } }), "Starting"],
    ["runs as wished", input(), "Running"],
    ["runs and is to stop", input({ assigned: stopped, step: { do: "nothing", recheckMs: 500 } }), "Stopping"],
    ["runs and is to be restarted", input({ step: { do: "nothing", recheckMs: 500 } }), "Stopping"],
    ["runs, its definition cannot be mended", input({ step: failing("prepare"), problem }), "Running"],
    ["runs, its restart cannot begin", input({ step: failing("requestShutdown"), problem }), "Stopping"],
    ["is to stop, which fails", input({ assigned: stopped, step: failing("destroy"), problem }), "Stopping"],
    ["is being shut down for a restart", input({ step: { do: "requestShutdown" } }), "Stopping"],
    ["paused by somebody", input({ machine: aMachine({ state: "paused" }) }), "Paused"],
    ["off as wished", input({ assigned: stopped, machine: off }), "Stopped"],
    ["off because the strategy says so", input({ machine: off }), "Stopped"],
    ["a start was refused", input({ machine: off, problem }), "Failed"],
    ["gone as wished", input({ assigned: absent, machine: undefined }), "Absent"],
    ["to go, and nobody knows what is left", input({ assigned: absent, machine: undefined, problem }), "Failed"],
    [
      "moved away, the same",
      input({ assigned: anAssignment({ desired: "MovedAway" }), machine: undefined, problem }),
      "Failed",
    ],
    ["to go, with files left", input({ assigned: absent, machine: withoutDomain() }), "Stopped"],
    ["moved away", input({ assigned: anAssignment({ desired: "MovedAway" }), machine: off }), "MovedAway"],
  ])("%s: %#", (_what, given, state) => {
    expect(observe(given).state).toBe(state);
  });
});

describe("the record", () => {
  it("is the same text for the same facts, whatever the cache was asked in between", () => {
    const first = JSON.stringify(observe(input()));
    expect(JSON.stringify(observe(input()))).toBe(first);
    // A regression: the digest known from the last report and the one of the cache took turns.
    expect(JSON.stringify(observe(input({ progress: undefined })))).toBe(first);
  });

  it("goes on saying that the image is ready once there is a disk, running or not", () => {
    for (const given of [input(), input({ machine: off }), input({ assigned: stopped, machine: off })])
      expect(observe(given).image).toEqual({ ready: true, digest: "sha256:1" });
    expect(observe(input({ digest: undefined })).image).toEqual({ ready: true });
  });

  it("has no field without a value", () => {
    const record = observe(input({ machine: undefined, digest: undefined, addresses: undefined }));
    expect(Object.values(record)).not.toContain(undefined);
    expect(record).not.toHaveProperty("image");
  });

  it("says why it is off only when it is off", () => {
    expect(observe(input({ machine: off }))).toMatchObject({ state: "Stopped", stopReason: "GuestShutdown" });
    expect(observe(input())).not.toHaveProperty("stopReason");
  });

  it("tells addresses that cannot be found out from those not known yet", () => {
    const none = (unknowable: boolean) => observe(input({ addresses: { addresses: [], unknowable } }));
    expect(none(false)).not.toHaveProperty("addresses");
    expect(none(true)).toMatchObject({ addresses: [], addressesUnknowable: true });
  });
});

describe("what waits", () => {
  const assigned = anAssignment();
  const { machine, guest } = assigned;
  const nic = { name: "default", network: "vmctl0", mac: "52:54:00:00:00:01" };
  it.each([
    ["nothing changed", {}, {}],
    ["more CPUs", { machine: { ...machine, vcpu: 2 } }, { restart: ["spec.resources.vcpu"] }],
    ["more memory", { machine: { ...machine, memory: 1 } }, { restart: ["spec.resources.memory"] }],
    ["a larger disk", { machine: { ...machine, disk: 2 ** 40 } }, { restart: ["spec.resources.disk"] }],
    ["a smaller disk", { machine: { ...machine, disk: 512 } }, { recreate: ["spec.resources.disk"] }],
    ["a host name", { machine: { ...machine, hostname: "other" } }, { restart: ["spec.hostname"] }],
    ["other wiring", { machine: { ...machine, interfaces: [nic] } }, { restart: ["spec.interfaces"] }],
    [
      "another image",
      { machine: { ...machine, image: { source: { url: "http://images/other" } } } },
      { recreate: ["spec.image"] },
    ],
    [
      "the digest of the same image became known",
      { machine: { ...machine, image: { ...machine.image, digest: "sha256:9" } } },
      {},
    ],
    ["keys", { guest: { ...guest, sshKeys: ["k"] } }, { guestConfig: ["spec.sshKeys"] }],
    ["user-data", { guest: { ...guest, userData: "d" } }, { guestConfig: ["spec.cloudInit.userData"] }],
    [
      "addresses of an interface",
      { machine: { ...machine, interfaces: machine.interfaces.map((i) => ({ ...i, addresses: ["192.0.2.7/24"] })) } },
      { guestConfig: ["spec.interfaces[].addresses"] },
    ],
  ])("%s", (_what, change, want) => {
    const pending = pendingChanges({ ...assigned, ...change }, someTags());
    expect(pending).toEqual({ restart: [], recreate: [], guestConfig: [], ...want });
  });

  it("nothing waits before there is a domain", () => {
    expect(pendingChanges(assigned, undefined)).toEqual({ restart: [], recreate: [], guestConfig: [] });
  });

  it("a digest that cannot be read names every field the guest reads", () => {
    const tags = someTags(undefined, { guestDigest: "{" });
    expect(pendingChanges({ ...assigned, guest: { ...guest, sshKeys: ["k"] } }, tags).guestConfig).toEqual([
      "spec.sshKeys",
    ]);
  });

  it("an absent list and an empty one are the same to the guest", () => {
    const interfaces = machine.interfaces.map((item) => ({ ...item, addresses: [] }));
    expect(guestDigests(guest, interfaces)).toEqual(guestDigests(guest, machine.interfaces));
  });
});
