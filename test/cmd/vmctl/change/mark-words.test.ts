import { describe, expect, it } from "vitest";
import { parseMarkWords } from "../../../../cmd/vmctl/change/mark-words.ts";
import { withMarks } from "../../../../cmd/vmctl/change/with-marks.ts";
import type { StoredObject } from "../../../../resources/meta.ts";
import { storedInstance } from "../../../support/stored-instance.ts";

describe("the words of label and annotate", () => {
  it("are objects, then what changes", () => {
    const { objects, change } = parseMarkWords(["vm", "a", "app=web", "tier-", "empty=", "a.b/c=d"], "labels");
    expect(objects).toEqual(["vm", "a"]);
    expect([...change]).toEqual([
      ["app", "web"],
      ["tier", undefined],
      ["empty", ""],
      ["a.b/c", "d"],
    ]);
  });

  it("of annotations have values of any text", () => {
    const { change } = parseMarkWords(["vm", "a", "x=a=b, c\n"], "annotations");
    expect(change.get("x")).toBe("a=b, c\n");
  });

  const REFUSED: readonly (readonly ["labels" | "annotations", string[], string])[] = [
    ["labels", ["vm", "app=web", "a"], 'objects come before the labels: "a" stands behind one'],
    ["labels", ["vm", "a", "x=1", "x=2"], "x is given twice"],
    ["labels", ["vm", "a", "x=1", "x-"], "x is given twice"],
    ["labels", ["vm", "a", "x=a b"], "labels.x"],
    ["labels", ["vm", "a", "-x=1"], "labels"],
    ["labels", ["vm", "a", "=1"], "labels"],
    ["labels", ["vm", "a", "__proto__=1"], "labels.__proto__"],
    ["labels", ["vm", "a", "a/b/c-"], "labels"],
    ["annotations", ["vm", "a", "compute.vmctl/restart=1"], "use vmctl restart"],
    ["annotations", ["vm", "a", "compute.vmctl/power-"], "use vmctl start or vmctl stop"],
    ["annotations", ["vm", "a", "compute.vmctl/stopped-from=x"], "use vmctl start or vmctl stop"],
    ["annotations", ["vm", "a", "compute.vmctl/constructor=1"], "compute.vmctl/… is reserved"],
  ];
  it.each(REFUSED)("%s %j: %s", (field, words, message) => {
    expect(() => parseMarkWords(words, field)).toThrow(message);
  });
});

describe("marks", () => {
  const stored = JSON.parse(storedInstance()) as StoredObject;

  it("are set and taken away where they stand", () => {
    const once = withMarks(stored, "labels", [
      ["a", "1"],
      ["b", "2"],
    ]);
    expect(once.metadata.labels).toEqual({ a: "1", b: "2" });
    const twice = withMarks(once, "labels", [
      ["a", undefined],
      ["b", "3"],
    ]);
    expect(twice.metadata.labels).toEqual({ b: "3" });
    expect(JSON.stringify(withMarks(twice, "labels", [["b", "3"]]))).toBe(JSON.stringify(twice));
    expect(stored.metadata).not.toHaveProperty("labels");
  });

  it("that are all gone leave nothing behind", () => {
    expect(withMarks(withMarks(stored, "labels", [["a", "1"]]), "labels", [["a", undefined]])).toEqual(stored);
  });
});
