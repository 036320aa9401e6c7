import { expect, it } from "vitest";
import { MemberUpdates } from "../../../controllers/instance-set/member-updates.ts";
import { aMember, aSet, aTemplate, NOW_MS, wantedOf } from "./members.ts";

const [set, other] = [aSet(), aSet({ template: aTemplate({ description: "x" }) })];
const member = aMember(0);

it("remembers an instance found equal until its spec or the template is another", () => {
  const updates = new MemberUpdates();
  expect(updates.of(wantedOf(set), member, NOW_MS).kind).toBe("none");
  const unread = { ...member, object: aMember(0, { set: other }).object };
  expect(updates.of(wantedOf(set), unread, NOW_MS).kind).toBe("none");
  expect(updates.of(wantedOf(set), { ...unread, revision: member.revision + 1 }, NOW_MS).kind).toBe("write");
  expect(updates.of(wantedOf(other), member, NOW_MS).kind).toBe("write");
  expect(updates.of(wantedOf({ ...set, uid: set.uid.replace("6", "7") }), member, NOW_MS).kind).toBe("write");
  updates.forget(set.tail);
  expect(updates.of(wantedOf(set), unread, NOW_MS).kind).toBe("write");
});

it("remembers nothing that is still to be done", () => {
  const updates = new MemberUpdates();
  expect(updates.of(wantedOf(other), member, NOW_MS).kind).toBe("write");
  expect(updates.of(wantedOf(other), member, NOW_MS).kind).toBe("write");
});
