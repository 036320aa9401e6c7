import { expect, it } from "vitest";
import { withoutManagedFields } from "../../../cmd/vmctl/output/without-managed-fields.ts";

it("who set which field is hidden, and nothing else", () => {
  const object = { apiVersion: "v", kind: "Instance", metadata: { name: "a", labels: { b: "c" } }, spec: {} };
  const owned = { ...object, metadata: { ...object.metadata, managedFields: [{ manager: "me" }] } };
  expect(withoutManagedFields(owned)).toEqual(object);
  expect(withoutManagedFields(object)).toBe(object);
});
