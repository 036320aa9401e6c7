import { expect, it } from "vitest";
import { planSweep } from "../../../controllers/allocations/plan-sweep.ts";
import { aRecord, BINDING, NOW } from "../support/facts.ts";

const scheduling = { host: "host-1", attempt: 1, since: NOW };
const deletion = { requestedAt: NOW };

it.each([
  ["the object is gone: given back", undefined, { do: "release" }],
  ["bound here: as it should be", aRecord({ binding: BINDING }), { do: "keep" }],
  [
    "bound elsewhere: moves there",
    aRecord({ binding: { ...BINDING, hypervisor: "host-2" } }),
    { do: "move", to: "host-2" },
  ],
  ["an attempt is under way or was cut: the scheduler's", aRecord({ scheduling }), { do: "keep" }],
  ["nobody intended it: the scheduler is told", aRecord(), { do: "handOver" }],
  ["being deleted: the deletion gives it back", aRecord({ deletion }), { do: "keep" }],
])("%s", (_sentence, record, want) => {
  expect(planSweep("host-1", { record, unreadable: false, isAssigned: false })).toEqual(want);
});

it.each([
  ["its records are lost but a host has it assigned: kept", { record: undefined, isAssigned: true }],
  ["its binding alone is lost: kept", { record: aRecord(), isAssigned: true }],
  ["its record cannot be read: kept", { record: undefined, unreadable: true }],
])("%s", (_sentence, facts) => {
  expect(planSweep("host-1", { unreadable: false, isAssigned: false, ...facts })).toEqual({ do: "keep" });
});

it("moves what is bound and assigned elsewhere", () => {
  const record = aRecord({ binding: { ...BINDING, hypervisor: "host-2" } });
  const action = planSweep("host-1", { record, unreadable: false, isAssigned: true });
  expect(action).toEqual({ do: "move", to: "host-2" });
});
