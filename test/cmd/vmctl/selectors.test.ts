import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFieldSelector } from "../../../cmd/vmctl/select/field-selector.ts";
import type { FoundObject } from "../../../cmd/vmctl/select/find-objects.ts";
import { parseLabelSelector } from "../../../cmd/vmctl/select/label-selector.ts";
import { parseSort } from "../../../cmd/vmctl/select/sort-objects.ts";
import { Hypervisor } from "../../../resources/hypervisor.ts";
import { Instance } from "../../../resources/instance.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { testSeed } from "../../support/seed.ts";

const seed = testSeed();
const labels = { app: "web", "a/b": "c", empty: "" };

describe("label selectors", () => {
  it.each([
    ["app=web", true],
    ["app==web", true],
    ["app=db", false],
    ["app!=db", true],
    ["tier!=db", true],
    ["app", true],
    ["!app", false],
    ["! tier", true],
    ["app=web,tier", false],
    ["a/b=c, app = web", true],
    ["empty=", true],
    ["tier=", false],
    ["app in (web,db)", true],
    ["app in ( db , web )", true],
    ["app in (db)", false],
    ["app notin (db)", true],
    ["app notin (web,db)", false],
    ["tier in (db)", false],
    ["tier notin (db)", true],
    ["empty in (,x)", true],
    ["app in (web),a/b notin (d),!old,empty", true],
    ["constructor", false],
    ["constructor notin (x)", true],
  ])("%s: %s", (text, want) => expect(parseLabelSelector(text)(labels)).toBe(want));

  it.each([
    ["", "column 1: key=value"],
    ["app=web,", "column 9: key=value"],
    ["app=web,=x", "column 9: key=value"],
    ["app=web tier=db", "column 9: key=value"],
    ["app>3", "column 4: key=value"],
    ["tier in", "column 8: ( expected"],
    ["tier in (a", "column 9: this ( is never closed"],
    ["tier in (a b)", "column 12: ) or , expected"],
    ["tier in ()", "column 10: a value expected"],
    ["!!a", "column 2: key=value"],
  ])("%j is refused at %s", (text, place) => expect(() => parseLabelSelector(text)).toThrow(place));

  it("say of a set what equalities say one by one", () => {
    const word = fc.constantFrom("a", "b", "c", "d");
    const law = (own: string | undefined, values: string[]) => {
      const given = own === undefined ? {} : { key: own };
      const isIn = parseLabelSelector(`key in (${values.join(",")})`)(given);
      expect(isIn).toBe(values.some((value) => parseLabelSelector(`key=${value}`)(given)));
      expect(parseLabelSelector(`key notin (${values.join(", ")})`)(given)).toBe(!isIn);
    };
    fc.assert(fc.property(fc.option(word, { nil: undefined }), fc.array(word, { minLength: 1 }), law), { seed });
  });
});

const instance = (name: string, spec: object, status: object = {}, metadata: object = {}): JoinedObject => ({
  apiVersion: "compute.vmctl/v1alpha1",
  kind: "Instance",
  metadata: { name, namespace: "default", ...metadata },
  spec,
  status,
});
const web = instance(
  "web-1",
  { resources: { memory: "1Gi" }, interfaces: [{ name: "lan" }, { name: "wan" }], image: { name: "tiny" } },
  {
    phase: "Running",
    hypervisor: "host-1",
    conditions: [
      { type: "Ready", status: "True" },
      { type: "Scheduled", status: "False" },
    ],
  },
  { labels: { app: "web", "a.b/c": "d" }, generation: 3 },
);

describe("field selectors", () => {
  const matches = (text: string, kinds: readonly KindInfo[] = [Instance]) =>
    parseFieldSelector(text, kinds)(Instance, web);

  it.each([
    ["status.phase=Running", true],
    ["status.phase==Running", true],
    [".status.phase=Running", true],
    ["status.phase=Stopped", false],
    ["status.phase!=Stopped", true],
    ["status.phase=Running,status.hypervisor=host-1", true],
    ["status.phase=Running, status.hypervisor!=host-1", false],
    ["metadata.name=web-1", true],
    ["metadata.generation=3", true],
    ["metadata.labels.app=web", true],
    ["metadata.labels['a.b/c']=d", true],
    ["kind=Instance", true],
    // Quantities by value, absent fields by their default.
    ["spec.resources.memory=1024Mi", true],
    ["spec.resources.memory=1073741824", true],
    ["spec.resources.memory!=1Gi", false],
    ["spec.resources.vcpu=1", true],
    ["spec.runStrategy=Always", true],
    ["spec.deletionProtection=false", true],
    // Through lists and unions without a word about them.
    ["spec.interfaces.name=wan", true],
    ["spec.interfaces[0].name=wan", false],
    ["spec.interfaces.name!=lan", false],
    ["spec.image.name=tiny", true],
    ["status.conditions.Ready=True", true],
    ["status.conditions.Scheduled=True", false],
    ["status.conditions.Other=True", false],
    ["spec.hostname=", true],
    ["spec.hostname!=x", true],
    ["status.phase=Run\\,ning", false],
  ])("%s: %s", (text, want) => expect(matches(text)).toBe(want));

  it("take a kind that has no such field for one without a value", () => {
    expect(matches("spec.unschedulable=true", [Instance, Hypervisor])).toBe(false);
    expect(matches("spec.unschedulable!=true", [Instance, Hypervisor])).toBe(true);
  });

  it.each([
    ["", "column 1: path=value"],
    ["status.phase", "column 13: path=value"],
    ["status.phse=x", 'column 1: instance.status has no field "phse"; did you mean "phase"?'],
    ["status.phase=a,spce.x=1", 'column 16: instance has no field "spce"; did you mean "spec"?'],
    ["spec.interfaces.nme=x", 'instance.spec.interfaces has no field "nme"; did you mean "name"?'],
    ["status.conditions.Rady=True", 'instance.status.conditions has no condition "Rady"; did you mean "Ready"?'],
    ["status.phase>a", "column 13: path=value"],
    ["status.conditions[=x", "column 19: a number"],
  ])("%j is refused at %s", (text, place) => {
    expect(() => parseFieldSelector(text, [Instance])).toThrow(place);
  });
});

describe("an order", () => {
  const names = (path: string, objects: readonly JoinedObject[], kind = Instance) =>
    parseSort(path, [kind])(objects.map((object): FoundObject => ({ kind, object }))).map(
      ({ object }) => object.metadata.name,
    );
  const withMemory = (amounts: readonly (string | number | undefined)[]) =>
    amounts.map((memory) => instance(String(memory), { resources: { memory } }));

  it("is that of quantities by what they are worth", () => {
    expect(names(".spec.resources.memory", withMemory(["2Gi", "512Mi", "1G", 1]))).toEqual(["1", "512Mi", "1G", "2Gi"]);
  });

  it("is that of timestamps by time, whatever the zone", () => {
    const times = ["2026-01-01T12:00:00Z", "2026-01-01T12:30:00+02:00", "2026-01-01T11:00:00Z"];
    const objects = times.map((creationTimestamp, index) => instance(`i-${index}`, {}, {}, { creationTimestamp }));
    expect(names("{.metadata.creationTimestamp}", objects)).toEqual(["i-1", "i-2", "i-0"]);
  });

  it("is that of numbers within texts", () => {
    const objects = ["web-10", "web-9", "db-1", "web-2"].map((name) => instance(name, {}));
    expect(names("metadata.name", objects)).toEqual(["db-1", "web-2", "web-9", "web-10"]);
  });

  it("begins with what has no such field, and keeps equals as they were", () => {
    const objects = [
      instance("b", {}, { phase: "Running" }),
      instance("a", {}),
      instance("c", {}, { phase: "Running" }),
    ];
    expect(names(".status.phase", objects)).toEqual(["a", "b", "c"]);
  });

  it("does not take a name for a quantity or a date", () => {
    const objects = ["10", "9k", "1Gi"].map((name) => instance(name, {}));
    expect(names(".metadata.name", objects)).toEqual(["1Gi", "9k", "10"]);
  });

  it("is the same whatever the order before", () => {
    const amount = fc.constantFrom("1Gi", "1024Mi", "3G", "2Gi", 5, "7k", undefined);
    const law = (amounts: (string | number | undefined)[]) => {
      const once = names(".spec.resources.memory", withMemory(amounts.toSorted()));
      const again = names(".spec.resources.memory", withMemory(amounts.toSorted().toReversed()));
      const worth = (name: string) =>
        name.endsWith("Gi") || name === "1024Mi" ? Number.parseInt(name, 10) % 1023 : name;
      expect(again.map(worth)).toEqual(once.map(worth));
    };
    fc.assert(fc.property(fc.array(amount), law), { seed });
  });

  it("is refused for what is no field", () => {
    expect(() => parseSort(".metadata.nme", [Instance])).toThrow('did you mean "name"?');
  });
});
