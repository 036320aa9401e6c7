import { describe, expect, it } from "vitest";
import type { SetInForce } from "../../../controllers/instance-set/instance-set.ts";
import type { Member } from "../../../controllers/instance-set/member.ts";
import { updateOf } from "../../../controllers/instance-set/member-update.ts";
import { planSet, type SetAction, type SetInput } from "../../../controllers/instance-set/plan.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import type { InstanceSetSpec } from "../../../resources/instance-set.ts";
import { OTHER } from "../support/facts.ts";
import { aMember, aSet, aTemplate, condition, NOW_MS, wantedOf } from "./members.ts";

function plan(set: SetInForce, members: readonly Member[], more: Partial<SetInput> = {}) {
  return planSet({
    wanted: wantedOf(set),
    members,
    room: undefined,
    namespaceGoes: false,
    newUid: () => OTHER,
    updateOf: (member) => updateOf(wantedOf(set), member, NOW_MS),
    ...more,
  });
}
const line = (action: SetAction): string => `${action.do} ${action.do === "create" ? action.name : action.member.name}`;
const lines = (set: SetInForce, members: readonly Member[], more: Partial<SetInput> = {}) =>
  plan(set, members, more).actions.map(line);
const three = (options: Parameters<typeof aMember>[1] = {}) => [0, 1, 2].map((ordinal) => aMember(ordinal, options));
const down = { conditions: [condition("Ready", "False")] };
const silent = { conditions: [condition("Ready", "Unknown", "HostSilent")] };

/** A set whose template differs from that of its members. */
const changed = (spec: InstanceSpec, more: Partial<InstanceSetSpec> = {}) =>
  aSet({ template: aTemplate(spec), ...more });
const RESTART: InstanceSpec = { resources: { vcpu: 2 } };
const onItsWay = aMember(2, { set: changed(RESTART), isObserved: false });
const atOnce = (maxUnavailable: number | string) => ({ updateStrategy: { rollingUpdate: { maxUnavailable } } });

describe("how many", () => {
  it.each<readonly [string, SetInForce, readonly Member[], Partial<SetInput>, readonly string[]]>([
    ["all of a new set, from 0 up", aSet(), [], {}, ["create web-0", "create web-1", "create web-2"]],
    ["none when all are there", aSet(), three(), {}, []],
    ["what is missing in between", aSet(), [aMember(0), aMember(2)], {}, ["create web-1"]],
    ["the highest go first", aSet({ replicas: 0 }), three(), {}, ["delete web-2", "delete web-1", "delete web-0"]],
    ["one by default", aSet({ replicas: undefined as never }), [], {}, ["create web-0"]],
    ["no name twice while one is going", aSet({ replicas: 1 }), [aMember(0, { isDeleted: true })], {}, []],
    ["nothing over an unreadable one", aSet({ replicas: 1 }), [aMember(0, { problem: "is not JSON" })], {}, []],
    ["nothing that goes, twice", aSet({ replicas: 0 }), [aMember(0, { isDeleted: true })], {}, []],
    ["what the namespace takes", aSet(), [], { room: 2 }, ["create web-0", "create web-1"]],
    ["nothing when it takes nothing", aSet(), [], { room: 0 }, []],
    ["nothing in a namespace that goes", aSet(), [], { namespaceGoes: true }, []],
    ["no protected one", aSet({ replicas: 0 }), [aMember(0, { isProtected: true }), aMember(1)], {}, ["delete web-1"]],
  ])("%s", (...[, set, members, more, want]) => {
    expect(lines(set, members, more)).toEqual(want);
  });

  it("says what it could not do", () => {
    const reasons = (set: SetInForce, members: readonly Member[], more: Partial<SetInput> = {}) =>
      plan(set, members, more).failures.map(({ reason }) => reason);
    expect(reasons(aSet(), [], { room: 2 })).toEqual(["QuotaExceeded"]);
    expect(reasons(aSet(), three(), { room: 0 })).toEqual([]);
    expect(reasons(aSet(), [], { namespaceGoes: true })).toEqual(["NamespaceTerminating"]);
    expect(reasons(aSet({ replicas: 0 }), [aMember(0, { isProtected: true })])).toEqual(["DeletionProtected"]);
    expect(reasons(aSet({ replicas: 1 }), [aMember(0, { belongs: "other" })])).toEqual(["NameTaken"]);
    expect(reasons(aSet({ replicas: 1 }), [aMember(0, { belongs: "free", isSelected: false })])).toEqual(["NameTaken"]);
    expect(reasons(aSet({ replicas: 0 }), [aMember(0, { belongs: "other" })])).toEqual([]);
  });
});

describe("whose", () => {
  it.each<readonly [string, SetInForce, Member, readonly string[]]>([
    ["adopts what fits", aSet({ replicas: 1 }), aMember(0, { belongs: "free" }), ["write web-0"]],
    ["adopts nothing to delete it", aSet({ replicas: 0 }), aMember(0, { belongs: "free" }), []],
    ["adopts nothing of another", aSet({ replicas: 1 }), aMember(0, { belongs: "other" }), []],
    ["adopts nothing that goes", aSet({ replicas: 1 }), aMember(0, { belongs: "free", isDeleted: true }), []],
    ["adopts no other labels", aSet({ replicas: 1 }), aMember(0, { belongs: "free", isSelected: false }), []],
    ["lets go of other labels", aSet({ replicas: 1 }), aMember(0, { isSelected: false }), ["release web-0"]],
    ["lets go instead of deleting", aSet({ replicas: 0 }), aMember(0, { isSelected: false }), ["release web-0"]],
    ["changes nothing of another", changed(RESTART, { replicas: 1 }), aMember(0, { belongs: "other" }), []],
  ])("%s", (_sentence, set, member, want) => {
    expect(lines(set, [member])).toEqual(want);
  });
});

describe("whose turn", () => {
  it.each<readonly [string, SetInForce, readonly Member[], readonly string[]]>([
    ["the highest first, one at a time", changed(RESTART), three(), ["write web-2"]],
    [
      "who is away itself, and nobody else",
      changed(RESTART),
      [aMember(0), aMember(1), aMember(2, silent)],
      ["write web-2"],
    ],
    ["nobody while two are away", changed(RESTART), [aMember(0), aMember(1, silent), aMember(2, silent)], []],
    ["nobody else while one is on its way", changed(RESTART), [aMember(0), aMember(1), onItsWay], []],
    ["nobody while one is missing", changed(RESTART), [aMember(0), aMember(1)], ["create web-2"]],
    ["nobody while one is going", changed(RESTART), [aMember(0), aMember(1), aMember(2, { isDeleted: true })], []],
    ["two when two may be away", changed(RESTART, atOnce(2)), three(), ["write web-2", "write web-1"]],
    ["two of three are 67%", changed(RESTART, atOnce("67%")), three(), ["write web-2", "write web-1"]],
    ["never less than one", changed(RESTART, atOnce("1%")), three(), ["write web-2"]],
    [
      "one that is down already, whoever is away",
      changed(RESTART),
      [aMember(0, down), aMember(1), aMember(2, silent)],
      ["write web-0"],
    ],
    ["all that are down", changed(RESTART), three(down), ["write web-2", "write web-1", "write web-0"]],
    [
      "everybody for what disturbs nobody",
      changed({ description: "x" }),
      three(),
      ["write web-2", "write web-1", "write web-0"],
    ],
    [
      "everybody for that, whoever is away",
      changed({ description: "x" }),
      [aMember(0), aMember(1, silent)].concat(aMember(2)),
      ["write web-2", "write web-1", "write web-0"],
    ],
    ["nobody with OnDelete", changed({ description: "x" }, { updateStrategy: { type: "OnDelete" } }), three(), []],
    ["not who is one too many", changed(RESTART, { replicas: 2 }), three(), ["delete web-2", "write web-1"]],
    [
      "not a protected one that would be replaced",
      changed({ traits: { required: ["HW_CPU_X86_VMX"] }, updatePolicy: { recreate: "OnChange" } }),
      three({ isProtected: true }),
      [],
    ],
    [
      "one to be replaced",
      changed({ traits: { required: ["HW_CPU_X86_VMX"] }, updatePolicy: { recreate: "OnChange" } }),
      three(),
      ["delete web-2"],
    ],
    ["nobody for what may not be", changed({ traits: { required: ["HW_CPU_X86_VMX"] } }), three(), []],
  ])("%s", (_sentence, set, members, want) => {
    expect(lines(set, members)).toEqual(want);
  });

  it("names who waits and who may not", () => {
    expect(plan(changed(RESTART), three()).waiting).toEqual(["web-1", "web-0"]);
    const { held } = plan(changed({ traits: { required: ["HW_CPU_X86_VMX"] } }), three());
    expect([...held.keys()]).toEqual(["web-2", "web-1", "web-0"]);
  });
});
