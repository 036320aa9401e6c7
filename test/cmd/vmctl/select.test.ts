import { describe, expect, it } from "vitest";
import { kindsOf, parseReferences, parseSelection } from "../../../cmd/vmctl/select/references.ts";
import { parseWaitCondition } from "../../../cmd/vmctl/select/wait-condition.ts";
import { Hypervisor } from "../../../resources/hypervisor.ts";
import { Instance } from "../../../resources/instance.ts";

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
