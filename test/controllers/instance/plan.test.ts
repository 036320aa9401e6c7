import { describe, expect, it } from "vitest";
import { type InstancePlan, type PlanInput, planInstance } from "../../../controllers/instance/plan.ts";
import { findCondition } from "../../../resources/conditions.ts";
import { decodeAssignedInstance } from "../../../resources/decode-host-records.ts";
import { ANNOTATION } from "../../../resources/meta.ts";
import {
  anAssignment,
  anObject,
  anObservation,
  aRecord,
  BINDING,
  NOW,
  OTHER,
  SPEC,
  someFacts,
  UID,
} from "../support/facts.ts";

type Stored = Parameters<typeof someFacts>[0];
const inputOf = (stored: Stored): PlanInput => ({
  facts: someFacts(stored),
  invalid: undefined,
  resolveImage: () => ({ ok: true, image: undefined }),
  resolveSecrets: () => ({ ok: true, texts: {} }),
  waits: () => undefined,
  malformedSpecRevision: undefined,
  now: NOW,
});
const plan = (stored: Stored, more: Partial<PlanInput> = {}): InstancePlan =>
  planInstance({ ...inputOf(stored), ...more });
/** A record that nothing is left to say about, as the plan itself writes it. */
const settled = (stored: Stored) => {
  const first = plan(stored);
  if (first.kind !== "write") throw new Error(first.kind);
  return first.record;
};
const accepted = (result: InstancePlan) =>
  result.kind === "write" ? findCondition(result.record.status.conditions, "Accepted") : undefined;
const assignedBy = (result: InstancePlan) => (result.kind === "write" ? result.assigned : undefined);

const deleted = anObject({ deletionTimestamp: NOW });
const bound = { spec: anObject(), record: aRecord({ binding: BINDING }), assigned: anAssignment() };
const leaving = aRecord({ binding: BINDING, deletion: { requestedAt: NOW } });

describe("before admission", () => {
  it.each<readonly [string, Stored, Partial<PlanInput>, InstancePlan["kind"], string]>([
    ["nothing there", {}, {}, "nothing", ""],
    ["in order: the scheduler's", { spec: anObject() }, {}, "nothing", ""],
    ["S1: no uid", { spec: anObject({ uid: "" }) }, {}, "write", "UidMissing"],
    ["S1: somebody's uid", { spec: anObject(), uidOwner: "ns/x/instances/y" }, {}, "write", "UidTaken"],
    ["invalid content", { spec: anObject() }, { invalid: "spec.resources.vcpu must be >= 1" }, "write", "Invalid"],
    ["S8: unreadable", { specProblem: "is not JSON" }, { malformedSpecRevision: 7 }, "write", "Invalid"],
    ["asked to go before anybody knew it", { spec: deleted }, {}, "discard", ""],
    ["only a refusal is left", { record: { specCreateRevision: 7, status: {} } }, {}, "discard", ""],
  ])("%s", (...[, stored, more, kind, reason]) => {
    const result = plan(stored, more);
    expect(result.kind).toBe(kind);
    if (reason) expect(accepted(result)).toMatchObject({ status: "False", reason });
    if (result.kind === "write") expect(result.record.uid).toBeUndefined();
  });
});

describe("a binding that was lost", () => {
  const found = (more: Parameters<typeof anAssignment>[0] = {}) => {
    const assigned = anAssignment({ hypervisor: "host-1", ...more });
    const seen = { key: `assigned/host-1/instances/${UID}`, value: assigned, createRevision: 11, modRevision: 11 };
    return {
      assigned,
      observed: anObservation({ epoch: assigned.epoch }),
      lost: { kind: "found", assigned: seen } as const,
    };
  };
  const rebound = (stored: Stored, more: Partial<PlanInput> = {}) => {
    const result = plan(stored, more);
    if (result.kind !== "rebind") throw new Error(result.kind);
    return result;
  };

  it("is rebuilt at the epoch it had, with what the host reports and the size the host was told", () => {
    const { machine } = anAssignment();
    const given = found({ epoch: 7, machine: { ...machine, vcpu: 3 } });
    const result = rebound({ spec: anObject(), ...given });
    expect(result.machine.vcpu).toBe(3);
    expect(result.record).toMatchObject({
      uid: UID,
      specCreateRevision: 10,
      accepted: { generation: 1, spec: SPEC },
      binding: { hypervisor: "host-1", epoch: 7, boundAt: NOW },
      status: { phase: "Running", hypervisor: "host-1" },
    });
    expect(findCondition(result.record.status.conditions, "Ready")).toMatchObject({ status: "True" });
  });

  it("keeps what the rest of the record says, but no intent of another attempt", () => {
    const record = { ...aRecord({ accepted: { generation: 4, spec: SPEC } }), specCreateRevision: 3 };
    const scheduling = { host: "host-2", attempt: 1, since: NOW };
    const result = rebound({ record: { ...record, scheduling }, ...found() });
    expect(result.record).toMatchObject({ specCreateRevision: 3, accepted: { generation: 4 } });
    expect(result.record.scheduling).toBeUndefined();
  });

  it.each<readonly [string, Stored]>([
    ["the spec says so", { spec: deleted, ...found() }],
    ["the host was told so", { spec: anObject(), ...found({ desired: "Absent" }) }],
    ["the record says so", { record: aRecord({ deletion: { requestedAt: NOW } }), ...found() }],
  ])("is rebuilt for a deletion, because %s", (_why, stored) => {
    expect(rebound(stored).record).toMatchObject({ deletion: { requestedAt: NOW }, status: { phase: "Terminating" } });
  });

  it("needs no spec that is in order", () => {
    const result = rebound({ spec: deleted, ...found() }, { invalid: "spec.resources.vcpu must be >= 1" });
    expect(result.record).toMatchObject({ uid: UID, deletion: {} });
    expect(result.record.accepted).toBeUndefined();
  });

  it.each<readonly [string, Stored]>([
    ["without a record", { spec: anObject() }],
    ["in deletion", { spec: deleted, record: aRecord({ deletion: { requestedAt: NOW } }) }],
    ["asked to go", { spec: deleted }],
  ])("that is unclear ends nothing and says why: %s", (_what, stored) => {
    const result = plan({ ...stored, lost: { kind: "unclear", message: "look there" } });
    if (result.kind !== "write") throw new Error(result.kind);
    expect(result.record).toMatchObject({ uid: UID });
    expect(result.record.binding).toBeUndefined();
    for (const type of ["Scheduled", "Ready"])
      expect(findCondition(result.record.status.conditions, type)).toMatchObject({
        status: "False",
        reason: "AssignedBefore",
        message: "look there",
      });
    const again = { ...stored, record: result.record, lost: { kind: "unclear", message: "look there" } as const };
    expect(plan(again)).toEqual({ kind: "nothing" });
  });
});

describe("what has a say beside the instance", () => {
  const full = { reason: "QuotaExceeded", message: "2 of 2" };
  const waits = () => ({ type: "DeletionFinished", status: "False", reason: "FinalizersRemaining" }) as const;

  it("its namespace keeps a new one out, and says nothing of one that is in", () => {
    const kept = planInstance({
      ...inputOf({ spec: anObject() }),
      facts: { ...someFacts({ spec: anObject() }), bar: full },
    });
    expect(accepted(kept)).toMatchObject({ status: "False", ...full });
    expect(kept.kind === "write" && kept.record.uid).toBeUndefined();
    const wrong = plan(
      { spec: anObject() },
      { facts: { ...someFacts({ spec: anObject() }), bar: full }, invalid: "no" },
    );
    expect(accepted(wrong)).toMatchObject({ reason: "Invalid" });
  });

  it("finalizers delay the last step alone", () => {
    const stored = { ...bound, record: leaving, assigned: anAssignment({ desired: "Absent" }) };
    const gone = { ...stored, observed: anObservation({ state: "Absent" }) };
    expect(plan(gone).kind).toBe("finish");
    const waiting = plan(gone, { waits });
    expect(waiting.kind === "write" && waiting.record.status.conditions).toContainEqual(
      expect.objectContaining({ type: "DeletionFinished", reason: "FinalizersRemaining" }),
    );
    expect(plan({ spec: deleted }, { waits }).kind).toBe("nothing");
    expect(assignedBy(plan({ ...bound, spec: deleted }, { waits }))?.desired).toBe("Absent");
  });

  it("a cascade is recorded with the deletion, and stays", () => {
    const asked = (cascade: string) =>
      anObject({ deletionTimestamp: NOW, annotations: { "compute.vmctl/cascade": cascade } });
    const recorded = (stored: Stored) => {
      const result = plan({ ...bound, ...stored });
      return result.kind === "write" ? result.record.deletion : undefined;
    };
    expect(recorded({ spec: asked("orphan") })).toEqual({ requestedAt: NOW, cascade: "orphan" });
    expect(recorded({ spec: asked("background") })).toEqual({ requestedAt: NOW });
    expect(recorded({ spec: asked("nonsense") })).toEqual({ requestedAt: NOW });
    expect(recorded({ spec: asked("orphan"), record: leaving })).toEqual({ requestedAt: NOW });
  });
});

describe("bound", () => {
  it("says nothing twice", () => {
    const stored = { ...bound, observed: anObservation() };
    expect(plan({ ...stored, record: settled(stored) })).toEqual({ kind: "nothing" });
  });

  it("carries a change of the spec into the assignment", () => {
    const spec = anObject({ generation: 2 }, { ...SPEC, resources: { vcpu: 4 } });
    expect(assignedBy(plan({ ...bound, spec }))).toMatchObject({ generation: 2, machine: { vcpu: 4 } });
  });

  it("keeps the size and carries on the rest when there is no room", () => {
    const spec = anObject({ generation: 2 }, { ...SPEC, resources: { vcpu: 4 }, sshKeys: ["ssh-ed25519 A b"] });
    const result = plan({ ...bound, spec }, { noRoom: "full" });
    expect(assignedBy(result)).toMatchObject({ machine: { vcpu: 1 }, guest: { sshKeys: ["ssh-ed25519 A b"] } });
    expect(result.kind === "write" && findCondition(result.record.status.conditions, "Allocated")).toMatchObject({
      status: "False",
      reason: "NoCapacity",
      message: "full",
    });
  });

  it.each([
    ["that was to carry it out is held back", "2", "1"],
    ["that somebody asked for since is not", "1", "2"],
  ])("without room for a growth, the restart %s", (_what, rollout, want) => {
    const annotations = { [ANNOTATION.restart]: "2", [ANNOTATION.rolloutRestart]: rollout };
    const spec = anObject({ generation: 2, annotations }, { ...SPEC, resources: { vcpu: 4 } });
    const assigned = { ...anAssignment(), restartToken: "1" };
    const said = (noRoom: object) => assignedBy(plan({ ...bound, assigned, spec }, noRoom));
    expect(said({ noRoom: "full" })).toMatchObject({ machine: { vcpu: 1 }, restartToken: want });
    expect(said({})).toMatchObject({ machine: { vcpu: 4 }, restartToken: "2" });
  });

  it("keeps what runs when its Image is gone", () => {
    const image = { name: "tiny", source: { url: "http://images/tiny" }, digest: "sha256:1" };
    const assigned = { ...anAssignment(), machine: { ...anAssignment().machine, image } };
    const spec = anObject({ generation: 2 }, { image: { name: "tiny" }, resources: { vcpu: 4 } });
    const gone = { resolveImage: () => ({ ok: false, reason: "ImageNotFound", message: "", soon: false }) as const };
    expect(assignedBy(plan({ ...bound, assigned, spec }, gone))).toMatchObject({ machine: { image, vcpu: 4 } });
  });

  it("S7: writes a lost assignment again", () => {
    expect(assignedBy(plan({ ...bound, assigned: undefined }))).toMatchObject({ desired: "Running", epoch: 1 });
  });

  it.each<readonly [string, Stored, Partial<PlanInput>, string]>([
    [
      "S2: another uid",
      { ...bound, spec: anObject({ uid: OTHER }, { resources: { vcpu: 9 } }) },
      {},
      "IdentityChanged",
    ],
    ["S2: another key", { ...bound, specCreateRevision: 99 }, {}, "IdentityChanged"],
    ["S4: no spec key", { ...bound, spec: undefined }, {}, "SpecMissing"],
    ["invalid content", { ...bound, spec: anObject({}, { resources: { vcpu: -1 } }) }, { invalid: "no" }, "Invalid"],
    ["S8: unreadable", { ...bound, spec: undefined, specProblem: "is not JSON" }, {}, "Invalid"],
  ])("keeps what was accepted in force: %s", (_sentence, stored, more, reason) => {
    const result = plan({ ...stored, observed: anObservation() }, more);
    expect(accepted(result)).toMatchObject({ status: "False", reason });
    expect(assignedBy(result)).toBeUndefined();
    expect(result.kind === "write" && result.record.accepted).toEqual({ generation: 1, spec: SPEC });
    expect(result.kind === "write" && result.record.deletion).toBeUndefined();
  });
});

describe("deletion", () => {
  it("is recorded, and the assignment becomes Absent instead of vanishing", () => {
    const result = plan({ ...bound, spec: deleted });
    expect(result).toMatchObject({ kind: "write", record: { deletion: { requestedAt: NOW } } });
    expect(assignedBy(result)).toMatchObject({ desired: "Absent" });
  });

  it("S3: is one-way, whatever the spec says afterwards", () => {
    const result = plan({ ...bound, record: leaving, assigned: anAssignment({ desired: "Absent" }) });
    expect(result).toMatchObject({
      kind: "write",
      record: { deletion: { requestedAt: NOW }, status: { phase: "Terminating" } },
    });
    expect(assignedBy(result)).toBeUndefined();
  });

  it("gives the guest the time that was said with it, or later", () => {
    const now = anObject({ deletionTimestamp: NOW }, { ...SPEC, terminationGracePeriodSeconds: 0 });
    const wanted = { desired: "Absent", gracePeriodSeconds: 0 };
    expect(assignedBy(plan({ ...bound, spec: now }))).toMatchObject(wanted);
    const assigned = anAssignment({ desired: "Absent" });
    expect(assignedBy(plan({ ...bound, spec: now, record: leaving, assigned }))).toMatchObject(wanted);
  });

  it.each<readonly [string, Record<string, unknown> | undefined]>([
    ["its Image and its assignment are gone", { image: { name: "tiny" } }],
    ["nothing says which image it had", {}],
    ["nothing is known of what was accepted", undefined],
  ])("waits for nothing to be resolved: %s", (_sentence, spec) => {
    const gone = { resolveImage: () => ({ ok: false, reason: "ImageNotFound", message: "", soon: false }) as const };
    const { accepted: _none, ...record } = leaving;
    const known = spec === undefined ? record : { ...record, accepted: { generation: 3, spec } };
    const result = plan({ record: known }, gone);
    const assigned = assignedBy(result);
    expect(assigned).toMatchObject({ uid: UID, epoch: 1, hypervisor: "host-1", desired: "Absent" });
    const key = `assigned/host-1/instances/${UID}`;
    expect(decodeAssignedInstance(key, JSON.stringify(assigned))).toMatchObject({ ok: true });
  });

  it("goes on without the spec key", () => {
    expect(assignedBy(plan({ ...bound, spec: undefined, record: leaving }))).toMatchObject({ desired: "Absent" });
  });

  it.each<readonly [string, Partial<Stored>, InstancePlan["kind"]]>([
    ["S6: nobody acknowledged", { assigned: anAssignment({ desired: "Absent" }) }, "write"],
    ["the host still has it", { assigned: anAssignment({ desired: "Absent" }), observed: anObservation() }, "write"],
    [
      "acknowledged: everything goes",
      { assigned: anAssignment({ desired: "Absent" }), observed: anObservation({ state: "Absent" }) },
      "finish",
    ],
    ["an old word of absence is no acknowledgement", { observed: anObservation({ state: "Absent" }) }, "write"],
    [
      "S7: neither is a lost assignment, which is written again",
      { assigned: undefined, observed: anObservation({ state: "Absent" }) },
      "write",
    ],
  ])("%s", (_sentence, more, kind) => {
    expect(plan({ spec: deleted, record: leaving, assigned: anAssignment(), ...more }).kind).toBe(kind);
  });

  it("of what was never bound is over at once", () => {
    expect(plan({ spec: deleted, record: aRecord() })).toEqual({ kind: "finish" });
  });

  const guarded = anObject({ deletionTimestamp: NOW }, { ...SPEC, deletionProtection: true });
  const refused = {
    type: "DeletionFinished",
    status: "False",
    reason: "DeletionNotAllowed",
    message: expect.stringContaining("spec.deletionProtection"),
  };
  it.each([
    ["that runs", bound],
    ["that has no host yet", { record: aRecord() }],
  ])("of a protected object %s is not admitted, and said so once", (_what, more) => {
    const result = plan({ ...more, spec: guarded });
    if (result.kind !== "write") throw new Error(result.kind);
    expect(result.record.deletion).toBeUndefined();
    expect(result.record.status.conditions).toContainEqual(expect.objectContaining(refused));
    expect(assignedBy(result)?.desired ?? "Running").toBe("Running");
    expect(plan({ ...more, record: result.record, spec: guarded }).kind).toBe("nothing");
    const free = plan({ ...more, record: result.record, spec: anObject({}, { ...SPEC, deletionProtection: true }) });
    if (free.kind !== "write") throw new Error(free.kind);
    expect(free.record.status.conditions).not.toContainEqual(expect.objectContaining(refused));
  });

  it("of a protected object that was never admitted removes nothing", () => {
    const taken = { spec: guarded, record: undefined, uidOwner: "ns/default/instances/other" };
    expect(plan(taken).kind).toBe("write");
    const open = anObject({ deletionTimestamp: NOW });
    expect(plan({ ...taken, spec: open }).kind).toBe("discard");
  });

  it.each([null, 7, { deletionProtection: "no" }])(
    "of a protected object whose spec became %j is not admitted",
    (spec) => {
      const nonsense = anObject({ deletionTimestamp: NOW }, spec as never);
      const accepted = { generation: 1, spec: { ...SPEC, deletionProtection: true } };
      const result = plan({ ...bound, record: { ...bound.record, accepted }, spec: nonsense }, { invalid: "nonsense" });
      expect(result.kind === "write" && result.record.deletion).toBeUndefined();
    },
  );

  it("S2: asked of another object under the name is not ours", () => {
    const result = plan({ ...bound, spec: anObject({ uid: OTHER, deletionTimestamp: NOW }) });
    expect(result.kind === "write" && result.record.deletion).toBeUndefined();
  });
});

it("nothing is told to a host that was told nothing, as long as a secret cannot be opened", () => {
  const stored = { ...bound, assigned: undefined };
  const resolveSecrets = () => ({ ok: false, reason: "SecretNotFound", message: "", soon: false }) as const;
  expect(assignedBy(plan(stored, { resolveSecrets }))).toBeUndefined();
  expect(assignedBy(plan(stored))).toMatchObject({ uid: UID });
});
