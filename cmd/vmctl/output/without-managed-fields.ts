import type { JoinedObject } from "../../../store/objects/joined-object.ts";

/** Who set which field is for programs and for the curious: hidden unless asked for, as in kubectl. */
export function withoutManagedFields(object: JoinedObject): JoinedObject {
  if (!("managedFields" in object.metadata)) return object;
  const { managedFields: _hidden, ...metadata } = object.metadata;
  return { ...object, metadata };
}
