import { describe, expect, it } from "vitest";
import { type ChangedObject, changedObject } from "../../../../cmd/vmctl/change/changed-object.ts";
import { shownDocument } from "../../../../cmd/vmctl/change/shown-document.ts";
import type { StoredObject } from "../../../../resources/meta.ts";
import { formatProblem } from "../../../../resources/problem.ts";
import { storedInstance } from "../../../support/stored-instance.ts";

type Fields = Record<string, unknown>;
type Document = { metadata: Fields; spec: Fields } & Fields;

function stored(metadata: object = {}, spec: object = {}): StoredObject {
  const plain = JSON.parse(storedInstance()) as StoredObject;
  return { ...plain, metadata: { ...plain.metadata, ...metadata }, spec: { ...(plain.spec as object), ...spec } };
}
const shown = (object: StoredObject) =>
  structuredClone(shownDocument({ object, modRevision: 7 })) as unknown as Document;
/** What comes of the document after `edit`. */
function change(object: StoredObject, edit: (document: Document) => unknown): ChangedObject {
  const document = shown(object);
  return changedObject({ object, modRevision: 7 }, edit(document) ?? document);
}
function problems(object: StoredObject, edit: (document: Document) => unknown): string[] {
  const changed = change(object, edit);
  return changed.kind === "refused" ? changed.problems.map(formatProblem) : [changed.kind];
}

describe("a changed document", () => {
  it("changes labels, annotations, finalizers, owners and the spec, and nothing else", () => {
    const object = stored({ managedFields: [{ manager: "ci" }], finalizers: ["example.org/a"] });
    const changed = change(object, (it) => {
      it.metadata["labels"] = { app: "web" };
      delete it.metadata["finalizers"];
      it.spec["hostname"] = "web";
    });
    const { finalizers: _gone, ...metadata } = object.metadata;
    expect(changed).toEqual({
      kind: "changed",
      object: {
        ...object,
        metadata: { ...metadata, labels: { app: "web" } },
        spec: { image: { name: "tiny" }, hostname: "web" },
      },
    });
  });

  it("shows neither ownership nor a revision that is none", () => {
    const document = shownDocument({ object: stored({ managedFields: [] }), modRevision: 0 });
    expect(document.metadata).not.toHaveProperty("managedFields");
    expect(document.metadata).not.toHaveProperty("resourceVersion");
  });

  it("may leave out who it is, but for its name", () => {
    const dropped = ["uid", "namespace", "generation", "creationTimestamp", "resourceVersion"];
    const changed = change(stored(), (it) => {
      for (const field of dropped) delete it.metadata[field];
    });
    expect(changed).toEqual({ kind: "changed", object: stored() });
    expect(problems(stored(), (it) => void delete it.metadata["name"])).toEqual([
      'metadata.name cannot be changed (it is "web-1")',
    ]);
  });

  const FIXED: readonly (readonly [string, (it: Document) => unknown, string])[] = [
    [
      "another name",
      (it) => void Object.assign(it.metadata, { name: "x" }),
      'metadata.name cannot be changed (it is "web-1")',
    ],
    ["another uid", (it) => void Object.assign(it.metadata, { uid: "x" }), "metadata.uid cannot be changed"],
    [
      "another namespace",
      (it) => void Object.assign(it.metadata, { namespace: "x" }),
      "metadata.namespace cannot be changed",
    ],
    [
      "another count",
      (it) => void Object.assign(it.metadata, { generation: 9 }),
      "metadata.generation cannot be changed (it is 1)",
    ],
    ["another kind", (it) => void Object.assign(it, { kind: "Image" }), 'kind cannot be changed (it is "Instance")'],
    ["another version", (it) => void Object.assign(it, { apiVersion: "v1" }), "apiVersion cannot be changed"],
    ["a status", (it) => void Object.assign(it, { status: {} }), "status is what controllers say: it cannot be set"],
    [
      "ownership",
      (it) => void Object.assign(it.metadata, { managedFields: [] }),
      "metadata.managedFields is kept by vmctl",
    ],
    ["an unknown field", (it) => void Object.assign(it.spec, { vpcu: 1 }), "spec.vpcu is not a field"],
    ["an unknown field of metadata", (it) => void Object.assign(it.metadata, { x: 1 }), "metadata.x is not a field"],
    ["no metadata", (it) => ({ ...it, metadata: null }), "metadata must be"],
    ["no object", () => [], "must be an object with apiVersion, kind, metadata, spec"],
    [
      "a finalizer of ours",
      (it) => void Object.assign(it.metadata, { finalizers: ["compute.vmctl/x"] }),
      "metadata.finalizers[0] is",
    ],
    [
      "a hostile field",
      (it) => ({ ...it, spec: JSON.parse('{"__proto__": {"a": 1}}') }),
      "spec.__proto__ is not a field",
    ],
  ];
  it.each(FIXED)("is refused with %s", (_, edit, message) => {
    expect(problems(stored(), edit)).toEqual([expect.stringContaining(message)]);
  });

  it("takes no deletion back, and asks for none", () => {
    const deletionTimestamp = "2030-01-02T03:04:06Z";
    const gone = stored({ deletionTimestamp, finalizers: ["example.org/a"] });
    expect(problems(gone, (it) => void delete it.metadata["deletionTimestamp"])).toEqual([
      `metadata.deletionTimestamp cannot be changed (it is "${deletionTimestamp}")`,
    ]);
    expect(change(gone, (it) => void delete it.metadata["finalizers"]).kind).toBe("changed");
  });

  it("may keep fields that nobody here knows, and take them away", () => {
    const newer = stored({}, { tomorrow: { a: 1 } });
    const changed = change(newer, (it) => void Object.assign(it.spec, { hostname: "h" }));
    expect(changed).toMatchObject({ kind: "changed", object: { spec: { tomorrow: { a: 1 }, hostname: "h" } } });
    expect(change(newer, (it) => void delete it.spec["tomorrow"]).kind).toBe("changed");
    expect(problems(newer, (it) => void Object.assign(it.spec, { today: 1 }))).toEqual([
      expect.stringContaining("spec.today"),
    ]);
  });

  it("leaves the requests of vmctl's commands alone, but for what is the default image", () => {
    const asked = stored({ annotations: { "compute.vmctl/restart": "7", "example.org/a": "b" } });
    const set = (key: string, value: string) => (it: Document) => {
      it.metadata["annotations"] = { ...(it.metadata["annotations"] as object), [key]: value };
    };
    expect(problems(asked, set("compute.vmctl/restart", "8"))).toEqual([
      'metadata.annotations["compute.vmctl/restart"] is vmctl\'s own request: use vmctl restart',
    ]);
    expect(problems(asked, (it) => void delete it.metadata["annotations"])).toHaveLength(1);
    expect(problems(asked, set("compute.vmctl/other", "1"))).toEqual([expect.stringContaining("is reserved")]);
    expect(change(asked, set("example.org/a", "c")).kind).toBe("changed");
    expect(change(asked, set("compute.vmctl/default-image", "true")).kind).toBe("changed");
  });

  it("of another revision is stale", () => {
    const changed = change(stored(), (it) => void Object.assign(it.metadata, { resourceVersion: "6" }));
    expect(changed).toMatchObject({ kind: "stale", problem: { message: expect.stringContaining("is 7 now") } });
  });
});
