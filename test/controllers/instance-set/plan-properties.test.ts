import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxUnavailableOf } from "../../../controllers/instance-set/instance-set.ts";
import { isSettled, type Member } from "../../../controllers/instance-set/member.ts";
import { updateOf } from "../../../controllers/instance-set/member-update.ts";
import { planSet } from "../../../controllers/instance-set/plan.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import { testSeed } from "../../support/seed.ts";
import { OTHER } from "../support/facts.ts";
import { aMember, aSet, aTemplate, condition, NOW_MS, wantedOf } from "./members.ts";

const TEMPLATES: readonly InstanceSpec[] = [
  {},
  { description: "x" },
  { hostname: "h" },
  { image: { name: "other" } },
  { image: { name: "other" }, updatePolicy: { recreate: "OnChange" } },
  { traits: { required: ["HW_CPU_X86_VMX"] }, updatePolicy: { recreate: "OnChange" } },
  { traits: { required: ["HW_CPU_X86_VMX"] } },
];
const setOf = (index: number, more: object = {}) => aSet({ template: aTemplate(TEMPLATES[index] ?? {}), ...more });

const state = fc.record({
  template: fc.nat(TEMPLATES.length - 1),
  belongs: fc.constantFrom("ours" as const, "ours" as const, "ours" as const, "free" as const, "other" as const),
  isSelected: fc.constantFrom(true, true, true, false),
  isDeleted: fc.constantFrom(false, false, true),
  isProtected: fc.constantFrom(false, false, true),
  isBound: fc.constantFrom(true, true, false),
  isObserved: fc.constantFrom(true, true, false),
  ready: fc.constantFrom("True" as const, "True" as const, "False" as const, "Unknown" as const),
  problem: fc.constantFrom(undefined, undefined, undefined, "is not JSON"),
  isThere: fc.constantFrom(true, true, true, false),
});
const world = fc.record({
  states: fc.array(state, { maxLength: 8 }),
  replicas: fc.nat(8),
  template: fc.nat(TEMPLATES.length - 1),
  maxUnavailable: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom("10%", "50%", "100%")),
  room: fc.option(fc.nat(4), { nil: undefined }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function planned({ states, replicas, template, maxUnavailable, room }: World) {
  const set = setOf(template, { replicas, updateStrategy: { rollingUpdate: { maxUnavailable } } });
  const members = states.flatMap(({ isThere, template: own, ready, ...more }, ordinal): Member[] =>
    isThere ? [aMember(ordinal, { ...more, set: setOf(own), conditions: [condition("Ready", ready)] })] : [],
  );
  const wanted = wantedOf(set);
  const input = {
    wanted,
    members,
    room,
    namespaceGoes: false,
    newUid: () => OTHER,
    updateOf: (it: Member) => updateOf(wanted, it, NOW_MS),
  };
  return { set, members, wanted, plan: planSet(input), replicas };
}

const seed = testSeed();
/** Not a single run: `numRuns` worlds from one seed. */
const always = (judge: (world: World) => void) => fc.assert(fc.property(world, judge), { seed, numRuns: 60 });

describe("whatever the instances are like", () => {
  it("never more of those that serve go down than may be away", () => {
    always((it) => {
      const { set, members, plan, replicas } = planned(it);
      const settled = members.filter((member) => isSettled(member) && member.ordinal < replicas);
      const down = plan.actions.filter((action) => {
        // One that is let go runs on as it is.
        if (action.do === "create" || action.do === "release") return false;
        if (!settled.includes(action.member) || action.member.belongs !== "ours") return false;
        return action.do === "delete" || updateOf(wantedOf(set), action.member, NOW_MS).kind === "disrupt";
      });
      const away = replicas - settled.length;
      if (down.length > 0) expect(away + down.length).toBeLessThanOrEqual(maxUnavailableOf(set));
    });
  });

  it("touches nothing that is another's, unreadable, on its way out; deletes nothing protected", () => {
    always((it) => {
      for (const action of planned(it).plan.actions) {
        if (action.do === "create") continue;
        const { belongs, problem, isDeleted, isProtected, isSelected } = action.member;
        expect({ problem, isDeleted }).toEqual({ problem: undefined, isDeleted: false });
        expect(belongs).not.toBe("other");
        if (action.do === "delete")
          expect({ belongs, isProtected, isSelected }).toEqual({
            belongs: "ours",
            isProtected: false,
            isSelected: true,
          });
      }
    });
  });

  it("makes only what is not there, no more than there is room for, and each ordinal once", () => {
    always((it) => {
      const { members, plan, replicas } = planned(it);
      const made = plan.actions.flatMap((action) => (action.do === "create" ? [action.name] : []));
      expect(made.filter((name) => members.some((member) => member.name === name))).toEqual([]);
      expect(made.length).toBeLessThanOrEqual(it.room ?? replicas);
      expect(new Set(made).size).toBe(made.length);
      const touched = plan.actions.flatMap((action) => (action.do === "create" ? [] : [action.member.name]));
      expect(new Set(touched).size).toBe(touched.length);
    });
  });

  it("comes to rest: what was written from the template needs nothing more", () => {
    always((it) => {
      const { wanted, plan } = planned(it);
      for (const action of plan.actions) {
        if (action.do !== "write" || action.member.belongs !== "ours") continue;
        expect(updateOf(wanted, { ...action.member, object: action.object }, NOW_MS).kind).toBe("none");
      }
    });
  });
});
