import { describe, expect, it } from "vitest";
import type { MachineFacts } from "../../../controllers/node/machine-facts.ts";
import { nextStep } from "../../../controllers/node/machine-plan.ts";
import type { Step } from "../../../controllers/node/step.ts";
import { nextTags } from "../../../controllers/node/tags.ts";
import { canonicalJson } from "../../../resources/canonical-json.ts";
import { aMachine, anAssignment, machineFacts, someTags, withoutDomain } from "../support/facts.ts";

const NOW = 1_000_000;
const off = (stopReason: NonNullable<ReturnType<typeof aMachine>["domain"]>["stopReason"], more: object = {}) =>
  aMachine({ state: "shutoff", ...(stopReason ? { stopReason } : {}), ...more });
const stopped = anAssignment({ desired: "Stopped" });
const absent = anAssignment({ desired: "Absent" });
const prepared = { preparedFor: canonicalJson(someTags()) };

type Row = readonly [sentence: string, facts: MachineFacts, want: Partial<Step> & { readonly do: Step["do"] }];

const table = (rows: readonly Row[]) => {
  it.each(rows)("%s", (_sentence, facts, want) => {
    expect(nextStep(facts)).toMatchObject(want);
  });
};

describe("the way up", () => {
  const noDomain = withoutDomain();
  table([
    ["nothing here and no image: it is fetched", machineFacts({ image: undefined }), { do: "fetchImage" }],
    ["the image is here: the disk is made", machineFacts(), { do: "createDisk" }],
    ["the disk is here: seed and domain are written", machineFacts({ machine: noDomain }), { do: "prepare" }],
    [
      "defined by another process: it is prepared again before it starts",
      machineFacts({ machine: off("NeverStarted") }),
      { do: "prepare" },
    ],
    [
      "prepared for this assignment: it starts",
      machineFacts({ machine: off("NeverStarted") }, prepared),
      { do: "start" },
    ],
    [
      "prepared, then the spec moved on: it is prepared anew",
      machineFacts({ machine: off("NeverStarted"), assigned: anAssignment({ specRevision: 11 }) }, prepared),
      { do: "prepare" },
    ],
    ["running as wished: nothing", machineFacts({ machine: aMachine() }), { do: "nothing" }],
    [
      "the disk is to be larger: it grows first",
      machineFacts({ machine: off("Requested", { tags: someTags(undefined, { disk: 2 ** 30 }) }) }),
      { do: "growDisk", bytes: 2 * 2 ** 30 },
    ],
    [
      "grown already: it is not grown twice",
      machineFacts(
        { machine: off("Requested", { tags: someTags(undefined, { disk: 2 ** 30 }) }) },
        { grownTo: 2 * 2 ** 30 },
      ),
      { do: "prepare" },
    ],
    [
      "the disk is to be smaller: it stays as it is",
      machineFacts({ machine: off("Requested", { tags: someTags(undefined, { disk: 4 * 2 ** 30 }) }) }),
      { do: "prepare" },
    ],
  ]);

  it("an Image without a checksum is fetched, and not used before its digest is agreed", () => {
    const assigned = anAssignment();
    const image = { name: "tiny", source: { url: "http://images/tiny" } };
    const waiting = { ...assigned, machine: { ...assigned.machine, image } };
    const agreed = { ...assigned, machine: { ...assigned.machine, image: { ...image, digest: "sha256:1" } } };
    expect(nextStep(machineFacts({ assigned: waiting }))).toEqual({ do: "nothing" });
    expect(nextStep(machineFacts({ assigned: agreed }))).toMatchObject({ do: "createDisk" });
  });
});

describe("the right to start", () => {
  const refused = { do: "nothing", problem: { reason: "LeaseNotHeld", terminal: false }, recheckMs: 1_000 } as const;
  table([
    ["without the lease nothing is built", machineFacts({ held: false }), refused as never],
    ["without the lease nothing starts", machineFacts({ held: false, machine: off("Crashed") }), refused as never],
    ["without the lease what runs is kept", machineFacts({ held: false, machine: aMachine() }), { do: "nothing" }],
    [
      "an epoch ahead of etcd: nothing is touched, whatever is wished",
      machineFacts({ assigned: absent, machine: aMachine({}, { epoch: 2 }) }),
      { do: "nothing", problem: { reason: "EpochAhead", terminal: true } } as never,
    ],
    [
      "nobody knows whether there is a machine: nothing is made, removed or acknowledged",
      machineFacts({ assigned: absent, unreadable: "it is no record" }),
      { do: "nothing", problem: { reason: "RecordUnreadable", terminal: false }, recheckMs: 30_000 } as never,
    ],
    [
      "nor started beside what may be there",
      machineFacts({ unreadable: "it is no record" }),
      { do: "nothing", problem: { reason: "RecordUnreadable" } } as never,
    ],
    [
      "a lost disk is not silently replaced",
      machineFacts({ machine: { ...off("HostRestarted"), disk: false } }),
      { do: "nothing", problem: { reason: "DiskMissing", terminal: true } } as never,
    ],
  ]);
});

describe("the way down", () => {
  const running = aMachine();
  const asked = (ms: number, lastMs = ms) => ({ askedAt: NOW - ms, lastAskedAt: NOW - lastMs });
  table([
    ["the guest is asked first", machineFacts({ assigned: stopped, machine: running }), { do: "requestShutdown" }],
    [
      "it is given its time",
      machineFacts({ assigned: stopped, machine: running }, asked(1_000)),
      { do: "nothing", recheckMs: 500 } as never,
    ],
    [
      "one that may have been booting is asked again",
      machineFacts({ assigned: stopped, machine: running }, asked(6_000)),
      { do: "requestShutdown" },
    ],
    [
      "after the grace period the plug is pulled",
      machineFacts({ assigned: stopped, machine: running }, asked(30_000, 1_000)),
      { do: "destroy" },
    ],
    [
      "no grace: the plug at once",
      machineFacts({ assigned: { ...stopped, gracePeriodSeconds: 0 }, machine: running }),
      { do: "destroy" },
    ],
    ["stopped: nothing", machineFacts({ assigned: stopped, machine: off("Requested") }), { do: "nothing" }],
    [
      "a paused domain counts as running",
      machineFacts({ assigned: stopped, machine: aMachine({ state: "paused" }) }),
      { do: "requestShutdown" },
    ],
    [
      "absent and stopped: it is removed",
      machineFacts({ assigned: absent, machine: off("Requested") }),
      { do: "remove" },
    ],
    [
      "absent with files only: they are removed",
      machineFacts({ assigned: absent, machine: withoutDomain() }),
      { do: "remove" },
    ],
    ["absent and gone: nothing", machineFacts({ assigned: absent }), { do: "nothing" }],
    [
      "absent without the lease: it goes all the same",
      machineFacts({ assigned: absent, held: false, machine: off("Requested") }),
      { do: "remove" },
    ],
    [
      "moved away: stopped, disks kept",
      machineFacts({ assigned: anAssignment({ desired: "MovedAway", epoch: 2 }), machine: off("Requested") }),
      { do: "nothing" },
    ],
  ]);
});

describe("run strategies, after the domain ended", () => {
  type Want = "start" | "stay";
  const rows: readonly (readonly [MachineFacts["assigned"]["runStrategy"], Parameters<typeof off>[0], Want])[] = [
    ["Always", "GuestShutdown", "start"],
    ["Always", "Crashed", "start"],
    ["Always", "Destroyed", "start"],
    ["Always", "HostRestarted", "start"],
    ["Always", "Requested", "start"],
    ["RerunOnFailure", "GuestShutdown", "stay"],
    ["RerunOnFailure", "Crashed", "start"],
    ["RerunOnFailure", "HostRestarted", "start"],
    ["RerunOnFailure", "Requested", "start"],
    ["Manual", "NeverStarted", "start"],
    ["Manual", "GuestShutdown", "stay"],
    ["Manual", "Crashed", "stay"],
    ["Manual", "Requested", "start"],
    ["Once", "NeverStarted", "start"],
    ["Once", "GuestShutdown", "stay"],
    ["Once", "Crashed", "stay"],
    ["Once", "HostRestarted", "stay"],
  ];
  it.each(rows)("%s after %s: %s", (runStrategy, stopReason, want) => {
    const step = nextStep(machineFacts({ assigned: anAssignment({ runStrategy }), machine: off(stopReason) }));
    expect(step).toMatchObject(want === "start" ? { do: "prepare" } : { do: "nothing", stopReason });
  });

  it("a new restart token starts it whatever the strategy says", () => {
    const assigned = anAssignment({ runStrategy: "Once", restartToken: "t" });
    expect(nextStep(machineFacts({ assigned, machine: off("GuestShutdown") }))).toMatchObject({ do: "prepare" });
  });
});

describe("back-off", () => {
  const failed = (failures: number, agoMs: number) => ({ failures, endedAt: NOW - agoMs });
  const facts = (memory: object) => machineFacts({ machine: off("Crashed") }, memory);
  it.each([
    [1, 1_000],
    [2, 2_000],
    [4, 8_000],
    [9, 256_000],
    [10, 300_000],
    [50, 300_000],
  ])("after %i ends it waits %i ms", (failures, wait) => {
    expect(nextStep(facts(failed(failures, 0)))).toMatchObject({
      do: "nothing",
      retryInMs: wait,
      stopReason: "Crashed",
    });
    expect(nextStep(facts(failed(failures, wait)))).toMatchObject({ do: "prepare", tags: { restarts: 1 } });
  });
  it("keeps the last problem in sight", () => {
    const problem = { reason: "StartFailed", message: "no", terminal: false };
    expect(nextStep(facts({ ...failed(1, 0), problem }))).toMatchObject({ problem, retryInMs: 1_000 });
  });
});

describe("restart and recreate", () => {
  const recreate = anAssignment({ recreateToken: "r" });
  const keys = { ...anAssignment().guest, sshKeys: ["ssh-ed25519 AAAA me"] };
  const onChange = anAssignment({ recreateOnChange: true, guest: keys, specRevision: 11 });
  table([
    [
      "a new restart token stops it",
      machineFacts({ assigned: anAssignment({ restartToken: "t" }), machine: aMachine() }),
      { do: "requestShutdown" },
    ],
    [
      "a token that was carried out does nothing",
      machineFacts({
        assigned: anAssignment({ restartToken: "t" }),
        machine: aMachine({ tags: someTags(undefined, { restartToken: "t" }) }),
      }),
      { do: "nothing" },
    ],
    [
      "a new recreate token stops it",
      machineFacts({ assigned: recreate, machine: aMachine() }),
      { do: "requestShutdown" },
    ],
    ["then the disk goes", machineFacts({ assigned: recreate, machine: off("Requested") }), { do: "removeDisk" }],
    [
      "then a new one is made",
      machineFacts({ assigned: recreate, machine: { ...off("Requested"), disk: false } }),
      { do: "createDisk" },
    ],
    [
      "which is not removed again",
      machineFacts({ assigned: recreate, machine: off("Requested") }, { builtFor: 10 }),
      { do: "prepare" },
    ],
    [
      "a changed key waits without OnChange",
      machineFacts({ assigned: { ...onChange, recreateOnChange: false }, machine: aMachine() }),
      { do: "nothing" },
    ],
    [
      "an older recreate token asks for nothing: a saved manifest or a restored etcd",
      machineFacts({ assigned: recreate, machine: aMachine({ tags: someTags(undefined, { recreateToken: "s" }) }) }),
      { do: "nothing" },
    ],
    [
      "nor does one that is gone",
      machineFacts({ machine: aMachine({ tags: someTags(recreate, { restartToken: "t" }) }) }),
      { do: "nothing" },
    ],
    [
      "an older restart token asks for nothing",
      machineFacts({
        assigned: anAssignment({ restartToken: "s" }),
        machine: aMachine({ tags: someTags(undefined, { restartToken: "t" }) }),
      }),
      { do: "nothing" },
    ],
    [
      "a spec older than the definition never recreates: etcd lost history",
      machineFacts({ assigned: { ...onChange, specRevision: 9 }, machine: aMachine() }),
      { do: "nothing" },
    ],
    [
      "not even after the next start, which is made with the old spec",
      machineFacts({
        assigned: { ...onChange, specRevision: 9 },
        machine: aMachine({ tags: nextTags({ ...onChange, specRevision: 9 }, someTags(), true) }),
      }),
      { do: "nothing" },
    ],
    [
      "a changed key recreates with OnChange",
      machineFacts({ assigned: onChange, machine: aMachine() }),
      { do: "requestShutdown" },
    ],
    [
      "OnChange brings a Once guest back that it stopped itself",
      machineFacts({ assigned: { ...onChange, runStrategy: "Once" }, machine: off("Requested") }),
      { do: "removeDisk" },
    ],
    [
      "no lease, no disk removed",
      machineFacts({ assigned: recreate, held: false, machine: off("Requested") }),
      { do: "nothing" },
    ],
    [
      "undefined behind our back: defined again as it was",
      machineFacts({ machine: aMachine({ persistent: false }) }),
      { do: "prepare", tags: someTags() } as never,
    ],
  ]);
});
