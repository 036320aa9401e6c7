import { describe, expect, it } from "vitest";
import type { Member } from "../../../controllers/instance-set/member.ts";
import { updateOf } from "../../../controllers/instance-set/member-update.ts";
import { planSet } from "../../../controllers/instance-set/plan.ts";
import { planRevisions } from "../../../controllers/instance-set/revisions.ts";
import { setStatus } from "../../../controllers/instance-set/set-status.ts";
import { findCondition } from "../../../resources/conditions.ts";
import type { InstanceSetStatus } from "../../../resources/instance-set.ts";
import { revisionName, type TemplateRevision } from "../../../resources/template-revision.ts";
import { NOW, OTHER, UID } from "../support/facts.ts";
import { aMember, aSet, aTemplate, condition, NOW_MS, wantedOf } from "./members.ts";

function statusOf(set = aSet(), members: readonly Member[] = [], status: InstanceSetStatus = {}, room?: number) {
  const wanted = wantedOf(set);
  const input = {
    wanted,
    members,
    room,
    namespaceGoes: false,
    newUid: () => OTHER,
    updateOf: (it: Member) => updateOf(wanted, it, NOW_MS),
  };
  const { revision } = wanted;
  return setStatus({ set, members, plan: planSet(input), revision, status, generation: 1, now: NOW });
}
const said = (status: InstanceSetStatus, type: string) => {
  const found = findCondition(status.conditions, type);
  return found && [found.status, found.reason, found.message];
};
const three = [0, 1, 2].map((ordinal) => aMember(ordinal));
const pending = (type: string, status: "True" | "False") => ({
  conditions: [condition(type, status, "NeedsRecreate")],
});

describe("the status of a set", () => {
  it("is all good when it is", () => {
    const status = statusOf(aSet(), three);
    const revision = wantedOf(aSet()).revision;
    expect(status).toMatchObject({ replicas: 3, readyReplicas: 3, updatedReplicas: 3 });
    expect(status).toMatchObject({ currentRevision: revision, updateRevision: revision });
    expect(said(status, "Ready")).toEqual(["True", "Running", "3 of 3 ready"]);
    expect(said(status, "Updated")).toEqual(["True", "UpToDate", "3 of 3 have the present template"]);
    expect(said(status, "ReplicaFailure")).toBeUndefined();
    expect(statusOf(aSet(), three, status)).toEqual(status);
  });

  it.each<readonly [string, readonly Member[], string]>([
    ["a missing one", three.slice(0, 2), "2 of 3 ready"],
    [
      "why one is not",
      [...three.slice(0, 2), aMember(2, { conditions: [condition("Scheduled", "False", "NoCapacity")] })],
      "3 of 3",
    ],
    ["one that goes", [...three.slice(0, 2), aMember(2, { isDeleted: true })], "2 of 3 ready; web-2 is being deleted"],
    [
      "one that is refused",
      [...three.slice(0, 2), aMember(2, { problem: "is not JSON", belongs: "free" })],
      "2 of 3 ready",
    ],
    ["one too many", [...three, aMember(3)], "3 of 3 ready; web-3 is one too many"],
    [
      "a silent host",
      [...three.slice(0, 2), aMember(2, { conditions: [condition("Ready", "Unknown", "HostSilent")] })],
      "2 of 3 ready; web-2 HostSilent: m",
    ],
    [
      "several with one trouble, once",
      [
        aMember(0, { conditions: [condition("Ready", "False", "NoCapacity")] }),
        aMember(1, { conditions: [condition("Ready", "Unknown", "HostSilent")] }),
        aMember(2, { conditions: [condition("Ready", "False", "NoCapacity")] }),
      ],
      "0 of 3 ready; web-0, web-2 NoCapacity: m; web-1 HostSilent: m",
    ],
  ])("says of readiness: %s", (_sentence, members, message) => {
    expect(said(statusOf(aSet(), members), "Ready")?.[2]).toContain(message);
  });

  it("does not count a stranger with a higher number as its own", () => {
    const members = [...three.slice(0, 2), aMember(3, { belongs: "other" })];
    expect(said(statusOf(aSet(), members), "Ready")?.[2]).toBe("2 of 3 ready");
  });

  const other = aSet({ template: aTemplate({ hostname: "h" }) });
  it.each<readonly [string, Parameters<typeof aSet>[0], readonly Member[], string, string]>([
    [
      "turns",
      { template: aTemplate({ hostname: "h" }) },
      three,
      "Updating",
      "0 of 3 have the present template; web-1 waits for its turn; web-0",
    ],
    [
      "OnDelete",
      { template: other.spec.template, updateStrategy: { type: "OnDelete" } },
      three,
      "OnDelete",
      "web-2, web-1, web-0",
    ],
    [
      "what may not be",
      { template: aTemplate({ traits: { required: ["HW_CPU_X86_VMX"] } }) },
      three,
      "HeldBack",
      "web-2: spec.traits.required cannot change",
    ],
    [
      "what waits in an instance",
      {},
      [...three.slice(0, 2), aMember(2, pending("RecreateRequired", "True"))],
      "HeldBack",
      "web-2 waits: m (NeedsRecreate)",
    ],
    [
      "keys that wait in an instance",
      {},
      [...three.slice(0, 2), aMember(2, pending("GuestConfigApplied", "False"))],
      "HeldBack",
      "web-2 waits",
    ],
    [
      "growth without room",
      {},
      [...three.slice(0, 2), aMember(2, pending("Allocated", "False"))],
      "HeldBack",
      "web-2 waits",
    ],
    ["who is on the way", {}, [...three.slice(0, 2), aMember(2, { isObserved: false })], "Updating", "2 of 3"],
    ["who is missing", {}, three.slice(0, 2), "Updating", "2 of 3"],
  ])("says of the template: %s", (...[, spec, members, reason, message]) => {
    const updated = said(statusOf(aSet(spec), members), "Updated");
    expect(updated?.slice(0, 2)).toEqual(["False", reason]);
    expect(updated?.[2]).toContain(message);
  });

  it("keeps the revision of before until everybody has the new one", () => {
    const before = statusOf(aSet(), three);
    const during = statusOf(other, three, before);
    expect(during.currentRevision).toBe(before.currentRevision);
    expect(during.updateRevision).toBe(wantedOf(other).revision);
    const after = statusOf(
      other,
      [0, 1, 2].map((ordinal) => aMember(ordinal, { set: other })),
      during,
    );
    expect(after.currentRevision).toBe(wantedOf(other).revision);
  });

  it("tells a failure while it lasts, and that it is over", () => {
    const failing = statusOf(aSet(), [], {}, 1);
    expect(said(failing, "ReplicaFailure")?.slice(0, 2)).toEqual(["True", "QuotaExceeded"]);
    expect(said(statusOf(aSet(), three, failing), "ReplicaFailure")?.[0]).toBe("False");
  });
});

describe("the templates on record", () => {
  const names = ["a", "b", "c", "d"].map((description) => aTemplate({ description }));
  const known = (...templates: readonly number[]): TemplateRevision[] =>
    templates.map((index, at) => {
      const template = names[index] ?? aTemplate();
      return { uid: UID, name: revisionName("web", template), number: at + 1, createdAt: NOW, template };
    });
  const nameOf = (index: number) => revisionName("web", names[index] ?? aTemplate());
  function writes(present: number, on: readonly TemplateRevision[], limit?: number, inUse: readonly number[] = []) {
    const template = names[present] ?? aTemplate();
    const set = aSet({ template, ...(limit === undefined ? {} : { revisionHistoryLimit: limit }) });
    const used = new Set(inUse.map(nameOf));
    const { part, name } = planRevisions(set, { known: on, last: on.length }, { inUse: used, now: NOW });
    expect(name).toBe(nameOf(present));
    return part.writes.map(({ op, key }) => `${op} ${key.split("/").at(-1)}`);
  }

  it.each<readonly [string, string[], string[]]>([
    ["the first", writes(0, []), ["put 1"]],
    ["nothing new", writes(0, known(0)), []],
    ["the next", writes(1, known(0)), ["put 2"]],
    ["one that comes back gets a new number", writes(0, known(0, 1)), ["put 3", "delete 1"]],
    ["over the limit the oldest go", writes(3, known(0, 1, 2), 1), ["put 4", "delete 1", "delete 2"]],
    ["a limit of 0 keeps the present one alone", writes(1, known(0, 1), 0), ["delete 1"]],
    ["what an instance still has stays", writes(3, known(0, 1, 2), 0, [0]), ["put 4", "delete 2", "delete 3"]],
  ])("%s", (_sentence, found, want) => {
    expect(found).toEqual(want);
  });

  it("take no number that an unreadable one has", () => {
    const { part } = planRevisions(aSet(), { known: [], last: 4 }, { inUse: new Set(), now: NOW });
    expect(part.writes.map(({ key }) => key)).toEqual([`revisions/${UID}/5`]);
  });

  it("have the same name whatever the order of fields", () => {
    const [one, two] = [aTemplate({ description: "x", hostname: "h" }), aTemplate({ hostname: "h", description: "x" })];
    expect(revisionName("web", one)).toBe(revisionName("web", two));
  });
});
