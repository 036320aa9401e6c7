import { describe, expect, it } from "vitest";
import { observeUnreadable, type UnreadableInput } from "../../../controllers/node/observe-unreadable.ts";
import { decodeObservedInstance } from "../../../resources/decode-host-records.ts";
import { aMachine, anAssignment, anObservation, OTHER, someTags, UID, withoutDomain } from "../support/facts.ts";

const key = `assigned/host-1/instances/${UID}`;
const said = (more: Partial<Omit<UnreadableInput, "unreadable">>, text = "{") =>
  observeUnreadable({
    uid: UID,
    unreadable: { key, problem: "is not JSON", text, revision: 9 },
    last: undefined,
    machine: undefined,
    ...more,
  });
const problem = { reason: "AssignmentUnreadable", terminal: false };
const off = aMachine({ state: "shutoff", stopReason: "Requested" });

describe("an assignment that cannot be read", () => {
  it.each([
    ["runs", aMachine(), "Running"],
    ["is paused", aMachine({ state: "paused" }), "Paused"],
    ["is off", off, "Stopped"],
    ["has a disk alone", withoutDomain(), "Failed"],
    ["is not there", undefined, "Failed"],
  ])("is told beside what is the case: it %s", (_what, machine, state) => {
    const record = said({ machine, last: anObservation() });
    expect(record).toMatchObject({ state, problem, epoch: 1 });
    expect(record?.problem?.message).toContain(`${key} cannot be read (is not JSON)`);
    expect(decodeObservedInstance(`observed/host-1/instances/${UID}`, JSON.stringify(record)).ok).toBe(true);
  });

  it("keeps the addresses of a guest that runs, and no other's", () => {
    const last = anObservation();
    expect(said({ machine: aMachine(), last })?.addresses).toEqual(last.addresses);
    expect(said({ machine: off, last })).not.toHaveProperty("addresses");
  });

  it("leaves out what was said of another state", () => {
    const last = anObservation({ unassigned: true, retryAt: "2030-01-01T00:00:00Z", stopReason: "Crashed" });
    const record = said({ machine: aMachine(), last });
    for (const field of ["unassigned", "retryAt", "stopReason"]) expect(record).not.toHaveProperty(field);
  });

  it("is of the definition, or of the numbers in it, when nothing was said before", () => {
    const machine = aMachine({ tags: someTags(anAssignment(), { epoch: 4, specRevision: 40, generation: 2 }) });
    expect(said({ machine })).toMatchObject({ epoch: 4, specRevision: 40, generation: 2, problem });
    const text = JSON.stringify({ ...anAssignment({ epoch: 3 }), desired: "Frozen" });
    expect(said({}, text)).toMatchObject({ epoch: 3, specRevision: 10, generation: 1, problem });
  });

  const marks = { uid: UID, epoch: 1, specRevision: 1, generation: 1 };
  it.each([
    ["no JSON", "{"],
    ["nothing", "null"],
    ["a list", "[]"],
    ["no uid", JSON.stringify({ ...marks, uid: undefined })],
    ["another uid", JSON.stringify({ ...marks, uid: OTHER })],
    ["no epoch", JSON.stringify({ ...marks, epoch: undefined })],
    ["an epoch that is a text", JSON.stringify({ ...marks, epoch: "1" })],
    ["half an epoch", JSON.stringify({ ...marks, epoch: 1.5 })],
  ])("is not told of when nothing says which it is: %s", (_what, text) => {
    expect(said({}, text)).toBeUndefined();
  });
});
