import { describe, expect, it } from "vitest";
import { resolveAssignment } from "../../../controllers/cluster/assignment.ts";
import { BINDING, UID } from "../support/facts.ts";

const SPEC = { image: { name: "tiny" }, resources: { vcpu: 1, memory: "128Mi", disk: "1Gi" } };
const IMAGE = { name: "tiny", spec: { source: { url: "http://images/tiny" } }, digest: "sha256:1" };

const assigned = (more: Partial<Parameters<typeof resolveAssignment>[0]> = {}) =>
  resolveAssignment({
    ...{ uid: UID, namespace: "default", name: "web-1", binding: BINDING, specRevision: 1 },
    ...{ accepted: { generation: 1, spec: SPEC }, image: IMAGE, texts: {} },
    ...more,
  });

describe("an assignment of a spec that was resolved before", () => {
  it("is of the machine that was made of it", () => {
    expect(assigned().assigned.machine).toBe(assigned().assigned.machine);
  });

  it.each([
    ["digest", { image: { ...IMAGE, digest: "sha256:2" } }, { image: { digest: "sha256:2" } }],
    [
      "image's spec",
      { image: { ...IMAGE, spec: { source: { url: "http://b" } } } },
      { image: { source: { url: "http://b" } } },
    ],
    ["name", { name: "web-2" }, { hostname: "web-2" }],
    [
      "spec",
      { accepted: { generation: 2, spec: { ...SPEC, resources: { ...SPEC.resources, vcpu: 4 } } } },
      { vcpu: 4 },
    ],
  ])("is of another machine with another %s", (_what, more, machine) => {
    const first = assigned();
    expect(assigned(more).assigned.machine).toMatchObject(machine);
    expect(assigned().assigned.machine).toEqual(first.assigned.machine);
  });

  it("keeps no text of a Secret: it is made anew", () => {
    const { userData } = assigned({ texts: { userData: { text: "secret" } } }).assigned.guest;
    expect(userData).toMatch(/^[0-9a-f]{64}$/);
    expect(assigned().assigned.guest.userData).toBeUndefined();
    expect(
      assigned({ texts: { userData: { text: "other" } } })
        .data.values()
        .next().value,
    ).toBe("other");
  });
});
