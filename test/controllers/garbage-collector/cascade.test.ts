import { describe, expect, it } from "vitest";
import type { PlainStatus } from "../../../controllers/cluster/admit.ts";
import { type Dependent, planCascade } from "../../../controllers/cluster/cascade.ts";
import { standingOf } from "../../../controllers/cluster/ownership.ts";
import { withOwnersFound } from "../../../controllers/garbage-collector/owners-found.ts";
import { contentRemains } from "../../../controllers/namespace/content-remains.ts";
import type { Cascade } from "../../../resources/status-record.ts";
import { anObject, aRecord, NOW, OTHER, TAIL, UID } from "../support/facts.ts";
import { viewOf } from "../support/view.ts";

const dependent = (more: Partial<Dependent> = {}): Dependent => ({
  tail: TAIL,
  label: "instance/web-1",
  isDeleted: false,
  isProtected: false,
  isHeld: false,
  blocks: true,
  isAncestor: false,
  ...more,
});

describe("the deletion of an owner and one dependent", () => {
  it.each<readonly [string, Cascade, Partial<Dependent>, string]>([
    ["goes with it", "background", {}, "delete"],
    ["goes before it", "foreground", {}, "delete"],
    ["stays", "orphan", {}, "release"],
    ["is on its way: nobody waits", "background", { isDeleted: true }, "nothing"],
    ["is on its way: waited for", "foreground", { isDeleted: true }, "wait"],
    ["is on its way, and need not be waited for", "foreground", { isDeleted: true, blocks: false }, "nothing"],
    ["is on its way and owns the owner", "foreground", { isDeleted: true, isAncestor: true }, "nothing"],
    ["is on its way and would have stayed", "orphan", { isDeleted: true }, "nothing"],
    ["has another owner", "background", { isHeld: true }, "release"],
    ["has another owner and goes anyway", "background", { isHeld: true, isDeleted: true }, "nothing"],
    ["is protected", "background", { isProtected: true }, "wait"],
    ["is protected, and stays", "orphan", { isProtected: true }, "release"],
    ["cannot be read", "background", { unreadable: "is not JSON" }, "wait"],
    ["cannot be read, and would stay", "orphan", { unreadable: "is not JSON" }, "wait"],
  ])("%s (%s)", (_sentence, mode, more, want) => {
    expect(planCascade(mode, [dependent(more)]).map((step) => step.do)).toEqual(want === "nothing" ? [] : [want]);
  });
});

describe("a reference", () => {
  const reference = { apiVersion: "compute.vmctl/v1alpha1", kind: "Instance", name: "web-1", uid: UID };
  const CHILD = "ns/default/instances/child";
  const stored = (record: object | undefined, spec: object | undefined = anObject()) =>
    viewOf({ [`spec/${TAIL}`]: spec, [`status/${TAIL}`]: record, ...(record && { [`uids/${UID}`]: { tail: TAIL } }) });

  it.each([
    ["alive", stored(aRecord()), reference],
    ["deleted", stored(aRecord({ deletion: { requestedAt: NOW } })), reference],
    ["alive: a lost spec key is no deletion", stored(aRecord(), undefined), reference],
    ["coming", stored(undefined), reference],
    ["missing: nobody is there", viewOf({}), reference],
    ["missing: another uid", stored(aRecord()), { ...reference, uid: OTHER }],
    ["missing: another kind", stored(aRecord()), { ...reference, kind: "InstanceSet" }],
    ["missing: a kind nobody knows", stored(aRecord()), { ...reference, kind: "Pod" }],
    ["missing: another name", stored(aRecord()), { ...reference, name: "web-2" }],
    [
      "missing: only a deletion mark in its spec",
      stored(undefined, anObject({ uid: OTHER, deletionTimestamp: NOW })),
      reference,
    ],
  ])("%s", (want, view, owner) => {
    expect(standingOf(view, CHILD, owner)).toBe(want.split(":")[0]);
  });

  it("from another namespace names nobody", () => {
    expect(standingOf(stored(aRecord()), "ns/other/instances/child", reference)).toBe("missing");
    expect(standingOf(stored(aRecord()), "cluster/images/child", reference)).toBe("missing");
  });

  it("to somebody missing is told once, and taken back when it is found", () => {
    const told = withOwnersFound<PlainStatus>({}, [{ reference, standing: "missing" }], NOW);
    expect(told.conditions).toMatchObject([{ type: "OwnersFound", status: "False", reason: "OwnerMissing" }]);
    expect(withOwnersFound(told, [{ reference, standing: "missing" }], NOW)).toEqual(told);
    expect(withOwnersFound(told, [{ reference, standing: "coming" }], NOW)).toEqual(told);
    expect(withOwnersFound(told, [{ reference, standing: "alive" }], NOW).conditions).toMatchObject([
      { status: "True" },
    ]);
    expect(withOwnersFound({}, [{ reference, standing: "alive" }], NOW)).toEqual({});
    expect(withOwnersFound({}, [{ reference, standing: "coming" }], NOW)).toEqual({});
  });
});

describe("what is left in a namespace", () => {
  const wait = (name: string, because: string) => ({ do: "wait", label: `instance/${name}`, because }) as const;

  it("is told by number and name, who needs somebody first, and not without end", () => {
    expect(contentRemains([])).toBeUndefined();
    expect(contentRemains([wait("a", "is being deleted"), wait("b", "is protected")])?.message).toBe(
      "waits until nothing is left in it, now 2 objects: instance/b is protected, instance/a",
    );
    const many = Array.from({ length: 30 }, (_, index) => wait(`n-${index}`, "is being deleted"));
    expect(contentRemains(many)?.message).toMatch(/now 30 objects: .*instance\/n-9 and 20 more$/);
  });
});
