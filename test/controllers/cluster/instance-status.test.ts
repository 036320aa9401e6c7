import { describe, expect, it } from "vitest";
import { deriveStatus } from "../../../controllers/cluster/instance-status/derive-status.ts";
import type { StatusInput } from "../../../controllers/cluster/instance-status/status-input.ts";
import { transitions } from "../../../controllers/cluster/transitions.ts";
import { type Condition, findCondition } from "../../../resources/conditions.ts";
import type { ObservedInstance } from "../../../resources/observed.ts";
import { anAssignment, anObservation, aRecord, BINDING, NOW } from "../support/facts.ts";

const input = (observed: Partial<ObservedInstance> | undefined, more: Partial<StatusInput> = {}): StatusInput => ({
  record: aRecord({ binding: BINDING }),
  accepted: { type: "Accepted", status: "True", reason: "Admitted" },
  observed: observed && anObservation(observed),
  observedProblem: undefined,
  host: "alive",
  now: NOW,
  ...more,
});
const problem = (terminal: boolean) => ({ reason: "StartFailed", message: "no", terminal });
const building = { state: "Building", addresses: [], image: { ready: false, progress: { bytes: 6e6, total: 12e6 } } };
const deletion = { record: aRecord({ binding: BINDING, deletion: { requestedAt: NOW } }) };

describe("phase and Ready", () => {
  it.each<readonly [string, StatusInput, string, string, string]>([
    ["not taken up yet", input(undefined), "Scheduled", "False", "Waiting"],
    ["downloading", input(building as Partial<ObservedInstance>), "Building", "False", "Downloading"],
    ["making the disk", input({ state: "Building" }), "Building", "False", "Building"],
    ["about to start", input({ state: "Starting" }), "Starting", "False", "Starting"],
    ["runs, no address yet", input({ addresses: [] }), "Running", "False", "AddressPending"],
    ["runs with an address", input({}), "Running", "True", "Running"],
    [
      "runs, address cannot be found out",
      input({ addresses: [], addressesUnknowable: true }),
      "Running",
      "True",
      "Running",
    ],
    ["runs at an older generation", input({ generation: 0 }), "Running", "False", "Updating"],
    ["stopped as asked", input({ state: "Stopped", stopReason: "Requested" }), "Stopped", "False", "Requested"],
    [
      "powered itself off",
      input({ state: "Stopped", stopReason: "GuestShutdown" }),
      "Stopped",
      "False",
      "GuestShutdown",
    ],
    [
      "a start that is tried again",
      input({ state: "Failed", problem: problem(false) }),
      "Failed",
      "False",
      "StartFailed",
    ],
    ["a start that cannot be", input({ state: "Starting", problem: problem(true) }), "Failed", "False", "StartFailed"],
    ["runs, and its host has trouble with it", input({ problem: problem(true) }), "Running", "True", "StartFailed"],
    [
      "runs without an address, with trouble",
      input({ addresses: [], problem: problem(false) }),
      "Running",
      "False",
      "AddressPending",
    ],
    ["paused by somebody", input({ state: "Paused" }), "Unknown", "False", "Paused"],
    [
      "the host cannot read the assignment",
      input({ problem: { ...problem(false), reason: "AssignmentUnreadable" } }),
      "Running",
      "Unknown",
      "AssignmentUnreadable",
    ],
    ["the host lost the assignment", input({ unassigned: true }), "Running", "False", "Unassigned"],
    ["being deleted", input({}, deletion), "Terminating", "False", "Terminating"],
    [
      "being deleted on a silent host",
      input({}, { ...deletion, host: "silent" }),
      "Terminating",
      "False",
      "Terminating",
    ],
    ["a silent host", input({}, { host: "silent" }), "Unknown", "Unknown", "HostSilent"],
    ["a stopped node controller", input({}, { host: "stopped" }), "Unknown", "Unknown", "HostStopped"],
    [
      "S8: an unreadable report",
      input(undefined, { observedProblem: "is not JSON" }),
      "Scheduled",
      "Unknown",
      "Quarantined",
    ],
  ])("%s", (...[, given, phase, status, reason]) => {
    const derived = deriveStatus(given);
    expect(derived.phase).toBe(phase);
    expect(findCondition(derived.conditions, "Ready")).toMatchObject({ status, reason });
  });

  it("says in words what a tired administrator needs", () => {
    const message = (given: StatusInput) => findCondition(deriveStatus(given).conditions, "Ready")?.message;
    expect(message(input({}))).toBe("192.0.2.7");
    expect(message(input({ problem: problem(false) }))).toBe("192.0.2.7; StartFailed: no");
    expect(message(input({ problem: problem(false) }, { host: "silent" }))).not.toContain("StartFailed");
    expect(message(input(building as Partial<ObservedInstance>))).toBe("the image: 50 % of 11Mi");
    expect(message(input({}, { host: "silent" }))).toBe(
      "host-1 sends no heartbeat: its node controller or the host is down or cut off; the guest may well run",
    );
    expect(message(input({}, { host: "simulatedStopped" }))).toBe(
      "the fleet of host-1 was stopped, and the simulated guest is gone with it; it is built and started anew when the fleet is back",
    );
    expect(message(input({}, { host: "simulatedSilent" }))).toContain(
      "if its fleet was killed, the simulated guest is gone",
    );
    expect(message(input({}, { ...deletion, host: "silent" }))).toBe(
      "being deleted: waits for host-1, which sends no heartbeat: it has to come back (`vmctl delete --help`: one that never will)",
    );
    expect(message(input({}, { ...deletion, host: "simulatedStopped" }))).toBe(
      "being deleted: waits for host-1, whose fleet was stopped: start it again",
    );
    expect(message(input({}, deletion))).toBe("being deleted: host-1 shuts the guest down and removes it");
    expect(message(input({ problem: problem(false) }, deletion))).toBe("being deleted; host-1 says StartFailed: no");
    const retryAt = "2030-01-01T00:00:04.000Z";
    expect(message(input({ state: "Stopped", stopReason: "Crashed", retryAt }))).toBe(
      `the guest crashed; next start at ${retryAt}`,
    );
  });

  it("gives the same status for the same facts, and moves no time without a change", () => {
    const first = deriveStatus(input({}));
    const record = aRecord({ binding: BINDING, status: first });
    expect(JSON.stringify(deriveStatus(input({}, { record, now: "2031-01-01T00:00:00Z" })))).toBe(
      JSON.stringify(first),
    );
  });

  it("lists what waits for a restart, a recreate, and what the guest has not read", () => {
    const pending = {
      restart: ["spec.resources.vcpu", "spec.hostname"],
      recreate: ["spec.image"],
      guestConfig: ["spec.sshKeys"],
    };
    const { conditions } = deriveStatus(input({ pending }));
    expect(findCondition(conditions, "RestartRequired")).toMatchObject({
      status: "True",
      message: "spec.resources.vcpu, spec.hostname",
    });
    expect(findCondition(conditions, "RecreateRequired")).toMatchObject({ status: "True", message: "spec.image" });
    expect(findCondition(conditions, "GuestConfigApplied")).toMatchObject({
      status: "False",
      reason: "NeedsRecreate",
      message: "spec.sshKeys",
    });
  });
});

describe("events", () => {
  /** The reasons told on a way through states, each derived from the one before. */
  const told = (...way: readonly Partial<StatusInput>[]): string[] => {
    let record = aRecord({ binding: BINDING });
    return way.flatMap((more) => {
      const status = deriveStatus({
        ...input(undefined),
        ...more,
        record: { ...record, ...more.record, status: record.status },
      });
      const spoken = transitions(record.status.conditions ?? [], status.conditions ?? []);
      record = aRecord({ binding: BINDING, status });
      return spoken.map(({ reason }) => reason);
    });
  };
  const report = (observed: Partial<ObservedInstance>) => ({ observed: anObservation(observed) });

  it.each<readonly [string, readonly Partial<StatusInput>[], readonly string[]]>([
    ["a normal start", [{}, report({ addresses: [] }), report({})], ["Scheduled", "Started", "Ready"]],
    [
      "a start with a download",
      [{}, report(building as Partial<ObservedInstance>), report({ addresses: [] }), report({})],
      ["Scheduled", "ImageDownloading", "ImageReady", "Started", "Ready"],
    ],
    ["the same again", [report({}), report({}), report({})], ["Ready", "Scheduled"]],
    [
      "an address that went and came",
      [report({}), report({ addresses: [] }), report({})],
      ["Ready", "Scheduled", "Ready"],
    ],
    ["a crash", [report({}), report({ state: "Stopped", stopReason: "Crashed" })], ["Ready", "Scheduled", "Crashed"]],
    [
      "a silent host that comes back",
      [report({}), { ...report({}), host: "silent" }, report({})],
      ["Ready", "Scheduled", "HostSilent", "Ready"],
    ],
    ["a deletion", [report({}), { ...report({}), ...deletion }], ["Ready", "Scheduled", "Terminating"]],
  ])("%s", (_sentence, way, reasons) => {
    expect(told(...way)).toEqual(reasons);
  });

  it("say of a start that it happened, not what is still to come", () => {
    const { conditions = [] } = deriveStatus({ ...input(undefined), ...report({ addresses: [] }) });
    const started = transitions([], conditions).find(({ reason }) => reason === "Started");
    expect(started).toEqual({ type: "Normal", reason: "Started", message: "the guest runs" });
  });

  it("are warnings for what nobody wished", () => {
    const condition = (type: string, status: Condition["status"], reason: string): Condition => ({
      type,
      status,
      reason,
      message: "m",
      lastTransitionTime: NOW,
    });
    const first = (after: Condition) => transitions([], [after])[0]?.type;
    expect(first(condition("Scheduled", "False", "NoCapacity"))).toBe("Warning");
    expect(first(condition("Accepted", "False", "UidTaken"))).toBe("Warning");
    expect(first(condition("Ready", "False", "GuestShutdown"))).toBe("Normal");
    expect(first(condition("Ready", "Unknown", "HostSilent"))).toBe("Warning");
    expect(first(condition("Allocated", "False", "AllocationMissing"))).toBe("Warning");
    expect(first(condition("RestartRequired", "False", "UpToDate"))).toBeUndefined();
  });
});

describe("an image that is there", () => {
  const messageOf = (more: Partial<StatusInput>) =>
    findCondition(deriveStatus(input({}, more)).conditions, "ImageReady")?.message;
  const { machine } = anAssignment();
  const checked = { ...machine, image: { ...machine.image, checksum: "sha256:1" } };

  it("is said to be verified only against what somebody gave", () => {
    expect(messageOf({ machine: checked })).toBe("sha256:1");
    expect(messageOf({ machine })).toBe("sha256:1, recorded as it came: no checksum was given to hold it against");
    expect(messageOf({})).toBe("sha256:1");
  });
});
