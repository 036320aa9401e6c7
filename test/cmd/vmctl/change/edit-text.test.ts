import { describe, expect, it } from "vitest";
import { bodyOf, readBody, withNotes } from "../../../../cmd/vmctl/change/edit/edit-text.ts";
import { editorOf } from "../../../../cmd/vmctl/change/edit/editor.ts";
import { fieldDifferences } from "../../../../cmd/vmctl/change/edit/field-differences.ts";
import { Instance } from "../../../../resources/instance.ts";
import type { StoredObject } from "../../../../resources/meta.ts";
import { storedInstance } from "../../../support/stored-instance.ts";

const BODY = "kind: Instance\nspec:\n  # mine\n  hostname: a\n";

describe("the text of an editor", () => {
  it("has its notes on top, with places in the whole file", () => {
    const text = withNotes([{ text: "first" }, { text: "" }, { text: "bad", position: { line: 4, column: 3 } }], BODY);
    expect(text).toBe(`# first\n#\n# 7:3 bad\n${BODY}`);
    expect(text.split("\n")[6]).toBe("  hostname: a");
    expect(bodyOf(text)).toBe(BODY);
  });

  it("cannot be steered by what is noted", () => {
    expect(withNotes([{ text: "a\nkind: x\u001b[2J" }], BODY)).toBe(`# a\\u000akind: x\\u001b[2J\n${BODY}`);
  });

  it("keeps comments that are not at the very top, and block texts that look like some", () => {
    expect(bodyOf("# a\r\n#b\r\nkind: x # c\r\n")).toBe("kind: x # c\r\n");
    expect(bodyOf("\uFEFF# a\nkind: x\n")).toBe("kind: x\n");
    expect(bodyOf("\n# a\nkind: x\n")).toBe("\n# a\nkind: x\n");
    expect(bodyOf("# only")).toBe("");
    const userData = "spec:\n  cloudInit:\n    userData: |\n      #cloud-config\n";
    expect(bodyOf(userData)).toBe(userData);
  });

  it("is empty, an object, or says why it is none", () => {
    for (const empty of ["", "\n\n", "# a\n\n# b\n", "---\n", "null\n"]) expect(readBody(empty).kind).toBe("empty");
    const read = readBody(BODY);
    expect(read).toMatchObject({ kind: "document", value: { kind: "Instance", spec: { hostname: "a" } } });
    expect(read.kind === "document" && read.positionOf(["spec", "hostname"])).toEqual({ line: 4, column: 3 });
    expect(readBody("a: 1\na: 2\n")).toMatchObject({
      kind: "unreadable",
      notes: [{ position: { line: 2, column: 1 } }],
    });
    expect(readBody("a: 1\n---\nb: 2\n")).toMatchObject({ kind: "unreadable" });
  });
});

describe("the editor", () => {
  it("is the one that was chosen for us, else the one for all, else vi", () => {
    expect(editorOf({ VMCTL_EDITOR: "a", EDITOR: "b" })).toBe("a");
    expect(editorOf({ VMCTL_EDITOR: "", EDITOR: "b -w" })).toBe("b -w");
    expect(editorOf({})).toBe("vi");
  });
});

describe("what somebody else changed", () => {
  const stored = (metadata: object, spec: object): StoredObject => {
    const plain = JSON.parse(storedInstance()) as StoredObject;
    return { ...plain, metadata: { ...plain.metadata, ...metadata }, spec };
  };

  it("is said field by field, with who did it", () => {
    const managedFields = [
      { manager: "ci", operation: "Apply", time: "t", fields: ["spec.hostname"] },
      { manager: "ops", operation: "Update", time: "t", fields: ['metadata.labels["a.b/c"]', "spec.hostname"] },
    ];
    const before = stored({ labels: { gone: "x" } }, { hostname: "a", resources: { memory: "1Gi" } });
    const now = stored(
      { labels: { "a.b/c": "d" }, managedFields, deletionTimestamp: "2030-01-02T03:04:06Z" },
      { hostname: "b", resources: { memory: 1073741824 } },
    );
    expect(fieldDifferences(Instance, before, now)).toEqual([
      "is being deleted since 2030-01-02T03:04:06Z",
      'metadata.labels.gone was "x", it is gone',
      'spec.hostname was "a", is "b" now (set by ci, ops)',
      'metadata.labels["a.b/c"] is "d" now, it was not there (set by ops)',
    ]);
    expect(fieldDifferences(Instance, now, now)).toEqual([]);
  });

  it("is cut where it is long", () => {
    const [line] = fieldDifferences(Instance, stored({}, {}), stored({}, { description: "x".repeat(500) }));
    expect(line?.length).toBeLessThan(140);
  });
});
