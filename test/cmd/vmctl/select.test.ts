import { describe, expect, it } from "vitest";
import { parseJsonPath } from "../../../cmd/vmctl/select/json-path.ts";
import { parseLabelSelector } from "../../../cmd/vmctl/select/label-selector.ts";
import { parseReferences, parseSelection } from "../../../cmd/vmctl/select/references.ts";
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

describe("label selectors", () => {
  it.each([
    ["app=web", true],
    ["app==web", true],
    ["app=db", false],
    ["app!=db", true],
    ["tier!=db", true],
    ["app", true],
    ["!app", false],
    ["!tier", true],
    ["app=web,tier", false],
    ["a/b=c, app = web", true],
    ["constructor", false],
  ])("%s: %s", (text, want) => expect(parseLabelSelector(text)(object.metadata.labels)).toBe(want));

  it("point at what they cannot read", () => {
    expect(() => parseLabelSelector("app=web,tier in (a)")).toThrow("column 9");
  });
});

describe("jsonpath", () => {
  it.each([
    ["{.status.phase}", ["Running"]],
    [".status.phase", ["Running"]],
    ["status.phase", ["Running"]],
    ["{.spec.interfaces[1].name}", ["wan"]],
    ["{.spec.interfaces[-1].name}", ["wan"]],
    ["{.spec.interfaces[*].name}", ["lan", "wan"]],
    ["{.metadata.labels['a/b']}", ["c"]],
    ['{.status.conditions[?(@.type=="Ready")].status}', ["True"]],
    ["{.status.nothing.here}", []],
    ["{.constructor}", []],
  ])("%s finds %j", (path, want) => expect(parseJsonPath(path)(object)).toEqual(want));

  it.each([
    ["{.status..phase}", "column 9"],
    ["{.spec.interfaces[x]}", "column 18"],
    ["status phase", "column 7"],
  ])("%s cannot be read at %s", (path, place) => expect(() => parseJsonPath(path)).toThrow(place));
});

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
    [["xyzzy"], "known: instances, hypervisors"],
    [["instance/"], "KIND/NAME expected"],
    [["instance/a", "b"], "KIND/NAME expected"],
  ])("is refused: %j", (words, message) => expect(() => parseSelection(words)).toThrow(message));

  it("must name an object where one is needed", () => {
    expect(() => parseReferences(["instance"])).toThrow("instance/NAME");
  });
});
