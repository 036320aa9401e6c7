import type { StoredObject } from "../meta.ts";
import type { ManagedFields } from "./managed-fields.ts";

/** The object with this record of ownership; with an empty one, without. */
export function withManagedFields(object: StoredObject, entries: ManagedFields): StoredObject {
  const { managedFields: _old, ...metadata } = object.metadata;
  return { ...object, metadata: entries.length === 0 ? metadata : { ...metadata, managedFields: entries } };
}
