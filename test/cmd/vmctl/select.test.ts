import { describe, expect, it } from "vitest";
import { checkConditionType } from "../../../cmd/vmctl/select/condition-type.ts";
import { inBatches } from "../../../cmd/vmctl/select/in-batches.ts";
import { kindsOf, parseReferences, parseSelection } from "../../../cmd/vmctl/select/references.ts";
import { parseWaitCondition } from "../../../cmd/vmctl/select/wait-condition.ts";
import { Hypervisor } from "../../../resources/hypervisor.ts";
import { Instance } from "../../../resources/instance.ts";
import { Namespace } from "../../../resources/namespace.ts";

const object = {
  apiVersion: "compute.vmctl/v1alpha1",
  kind: "Instance",
  metadata: { name: "web-1", generation: 2, labels: { app: "web", "a/b": "c" } },
  spec: { interfaces: [{ name: "lan" }, { name: "wan" }] },
  status: {
    phase: "Running",
    conditions: [
      { type: "Ready", status: "True", observedGeneration: 2 },
      { type: "Scheduled", status: "False", observedGeneration: 1 },
    ],
  },
};

describe("wait conditions", () => {
  it.each([
    ["condition=Ready", true],
    ["condition=Ready=False", false],
    ["condition=Ready=true", true],
    ["condition=ready", true],
    // Computed from an older spec.
    ["condition=Scheduled=False", false],
    ["condition=Nothing", false],
    ["jsonpath={.status.phase}=Running", true],
    ["jsonpath='{.status.phase}'=Running", true],
    ["jsonpath={.status.phase}=Stopped", false],
    ["jsonpath=.status.phase=Running", true],
    ['jsonpath={.status.phase}="Running"', true],
    ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', true],
    ["jsonpath={.spec.interfaces[*].name}=wan", true],
    ["jsonpath={.metadata.generation}=2", true],
    ['jsonpath={.spec.interfaces[0]}={"name":"lan"}', true],
    ["jsonpath={.status.phase}", true],
    ["jsonpath={.status.hypervisor}", false],
    ["delete", false],
    ["create", true],
  ])("%s: %s", (text, want) => expect(parseWaitCondition(text).met(object)).toBe(want));

  it.each([
    [41, false],
    [42, true],
    [undefined, true],
  ])("Ready is that of the restart asked for last: the host has acted upon %s of 42", (observedRevision, want) => {
    const metadata = { ...object.metadata, resourceVersion: "42" };
    const restarted = { ...object, metadata, status: { ...object.status, observedRevision } };
    expect(parseWaitCondition("condition=Ready").met(restarted)).toBe(want);
    // What controllers decide by themselves no host acts upon.
    const refused = { ...restarted.status, conditions: [{ type: "Accepted", status: "False", observedGeneration: 2 }] };
    expect(parseWaitCondition("condition=Accepted=False").met({ ...restarted, status: refused })).toBe(true);
  });

  it("delete is met by absence, or when the name belongs to another object", () => {
    const gone = parseWaitCondition("delete");
    expect(gone.met(undefined)).toBe(true);
    const again = { ...object, metadata: { ...object.metadata, uid: "new" } };
    expect(gone.met(again, "new")).toBe(false);
    expect(gone.met(again, "old")).toBe(true);
  });

  it.each(["ready", "condition=", "jsonpath=", "condition Ready"])("%j is none", (text) => {
    expect(() => parseWaitCondition(text)).toThrow("expected");
  });
});

describe("a condition type", () => {
  it.each(["Ready", "ready", "KVMUSABLE"])("%s is known", (type) => {
    expect(checkConditionType(type, new Set([Hypervisor]))).toEqual([]);
  });

  it.each(["Redy", "readdy", "ImageRedy"])("%s is a slip", (type) => {
    expect(() => checkConditionType(type, new Set([Instance]))).toThrow(
      /^instances have no condition ".*"; did you mean ".*Ready"/,
    );
  });

  it("that another kind has is none, and may yet come", () => {
    expect(checkConditionType("Ready", new Set([Instance, Namespace]))).toEqual([
      expect.stringMatching(/^namespaces have no condition "Ready" of ours \(Accepted, .*\): waiting/),
    ]);
  });

  it("nobody knows may be somebody's own", () => {
    expect(checkConditionType("BackedUp", new Set([Instance, Hypervisor]))).toHaveLength(2);
    expect(checkConditionType(undefined, new Set([Instance]))).toEqual([]);
  });
});

describe("many at once", () => {
  it("are asked for in turns, and answered in their order", async () => {
    let [open, most] = [0, 0];
    const ask = async (item: number) => {
      most = Math.max(most, ++open);
      await Promise.resolve();
      open--;
      return item * 2;
    };
    const items = Array.from({ length: 100 }, (_, index) => index);
    expect(await inBatches(items, ask)).toEqual(items.map((item) => item * 2));
    expect(most).toBe(32);
  });
});

describe("what the words name", () => {
  it("is a kind by any of its names, or several", () => {
    expect(parseSelection(["vm"])).toEqual({ type: "kinds", kinds: [Instance] });
    expect(parseSelection(["instances,hv"])).toEqual({ type: "kinds", kinds: [Instance, Hypervisor] });
  });

  it("is every kind of a category", () => {
    const all = parseSelection(["all"]);
    expect(all).toMatchObject({ type: "kinds", kinds: expect.arrayContaining([Instance]) });
    expect(kindsOf(all)).not.toContain(Hypervisor);
    expect(kindsOf(parseSelection(["instances,cluster"]))).toEqual(expect.arrayContaining([Instance, Hypervisor]));
  });

  it("is objects by kind and name in both forms", () => {
    const both = [
      { kind: Instance, name: "a" },
      { kind: Instance, name: "b" },
    ];
    expect(parseReferences(["instance", "a", "b"])).toEqual(both);
    expect(parseReferences(["vm/a", "Instance/b"])).toEqual(both);
  });

  it.each([
    [["instnce"], 'unknown kind "instnce"; did you mean "instance"?'],
    [["xyzzy"], "; known: instance"],
    [["instance/"], "KIND/NAME expected"],
    [["instance/a", "b"], "KIND/NAME expected"],
  ])("is refused: %j", (words, message) => expect(() => parseSelection(words)).toThrow(message));

  it("must name an object where one is needed", () => {
    expect(() => parseReferences(["instance"])).toThrow("instance/NAME");
  });
});
