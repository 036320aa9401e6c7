import { describe, expect, it } from "vitest";
import { isUnbound, readInstance } from "../../../controllers/cluster/instance-facts.ts";
import { findLostBinding } from "../../../controllers/cluster/lost-binding.ts";
import { anAssignment, anObject, anObservation, aRecord, BINDING, OTHER, TAIL, UID } from "../support/facts.ts";
import { viewOf } from "../support/view.ts";

const assigned = (host = "host-1", more: Parameters<typeof anAssignment>[0] = {}) => ({
  [`assigned/${host}/instances/${UID}`]: anAssignment({ hypervisor: host, ...more }),
});
const observed = (host: string, epoch: number) => ({
  [`observed/${host}/instances/${UID}`]: anObservation({ epoch }),
});
const unreadable = { [`assigned/host-2/instances/${UID}`]: "{" };

describe("what is left of a binding", () => {
  it.each([
    ["nothing", {}],
    ["of another uid", { [`assigned/host-1/instances/${OTHER}`]: anAssignment({ uid: OTHER }) }],
    ["texts alone", { [`assigned/host-1/data/${UID}/d`]: "x" }],
    ["a key of no known form", { [`assigned/host-1/instances/${UID}/more`]: "{}" }],
  ])("is nothing: %s", (_what, keys) => {
    expect(findLostBinding(viewOf(keys), TAIL, UID)).toBeUndefined();
  });

  it.each([
    ["one assignment", assigned()],
    ["on any host, at any epoch", assigned("host-9", { epoch: 7 })],
    ["that is to go", assigned("host-1", { desired: "Absent" })],
    ["with its host's word", { ...assigned(), ...observed("host-1", 1) }],
    ["with an older word of another host", { ...assigned("host-1", { epoch: 2 }), ...observed("host-2", 1) }],
  ])("is found: %s", (_what, keys) => {
    const found = findLostBinding(viewOf(keys), TAIL, UID);
    expect(found).toMatchObject({ kind: "found", assigned: { value: Object.values(keys)[0] } });
  });

  it.each([
    ["two assignments", { ...assigned(), ...assigned("host-2") }, "host-1 and host-2 each have it assigned"],
    ["two, one unreadable", { ...assigned(), ...unreadable }, "host-1 and host-2 each have it assigned"],
    ["an unreadable one", unreadable, `assigned/host-2/instances/${UID} cannot be read (is not JSON)`],
    ["another object's", assigned("host-1", { name: "web-2" }), "is about default/web-2"],
    ["another namespace's", assigned("host-1", { namespace: "x" }), "is about x/web-1"],
    ["moved away", assigned("host-1", { desired: "MovedAway" }), "host-1 was told that it moved away"],
    ["a newer epoch elsewhere", { ...assigned(), ...observed("host-2", 2) }, "host-2 saw a newer epoch than host-1"],
    ["a newer epoch there", { ...assigned(), ...observed("host-1", 2) }, "etcd lost history"],
    ["reports alone", { ...observed("host-1", 1), ...observed("host-2", 1) }, "but host-1 and host-2 reported it"],
    ["an unreadable report", { [`observed/host-1/instances/${UID}`]: "[]" }, "but host-1 reported it"],
  ])("is unclear, with a way out: %s", (_what, keys, words) => {
    const found = findLostBinding(viewOf(keys), TAIL, UID);
    expect(found).toMatchObject({ kind: "unclear" });
    const message = found?.kind === "unclear" ? found.message : "";
    expect(message).toContain(words);
    expect(message).toContain("restore its status key from a backup");
    expect(message.length).toBeLessThan(1024);
  });
});

describe("an instance that left traces", () => {
  const spec = { [`spec/${TAIL}`]: anObject() };
  const owner = { [`uids/${UID}`]: { tail: TAIL } };
  const status = (record: object) => ({ [`status/${TAIL}`]: record });
  const facts = (keys: Record<string, unknown>) => readInstance(viewOf({ ...spec, ...owner, ...keys }), TAIL);

  it.each([
    ["without a status", assigned()],
    ["with a status that names no host", { ...assigned(), ...status(aRecord()) }],
    ["with a contradiction", { ...assigned(), ...assigned("host-2") }],
  ])("is never bound as a new one: %s", (_what, keys) => {
    expect(isUnbound(facts(keys))).toBe(false);
    expect(facts(keys).lost).toBeDefined();
  });

  it("is what its binding says as long as there is one", () => {
    const keys = { ...assigned(), ...assigned("host-2"), ...status(aRecord({ binding: BINDING })) };
    expect(facts(keys).lost).toBeUndefined();
    expect(facts(keys).assigned?.value.hypervisor).toBe("host-1");
  });

  it("is not whoever claims its uid: that spec is refused, and finds nothing", () => {
    const copy = "ns/default/instances/copy";
    const keys = { ...assigned(), ...owner, [`spec/${copy}`]: anObject({ name: "copy" }) };
    expect(readInstance(viewOf(keys), copy)).toMatchObject({ identity: { reason: "UidTaken" }, lost: undefined });
  });

  it("nor one whose uid is recorded in a way that cannot be read", () => {
    const { identity, lost } = facts({ ...assigned(), [`uids/${UID}`]: "{" });
    expect(lost).toBeUndefined();
    expect(identity).toMatchObject({ kind: "refused", reason: "UidTaken" });
    expect(identity.kind === "refused" && identity.message).toContain(
      `uids/${UID} says, which cannot be read (is not JSON)`,
    );
  });
});
