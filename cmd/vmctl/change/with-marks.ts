import type { StoredObject } from "../../../resources/meta.ts";
import type { MarkField } from "./mark-words.ts";

/** The object with these labels or annotations set, or (undefined) taken away; an empty map goes too. */
export function withMarks(
  stored: StoredObject,
  field: MarkField,
  change: Iterable<readonly [string, string | undefined]>,
): StoredObject {
  const marks = new Map<string, string>(Object.entries(stored.metadata[field] ?? {}));
  for (const [key, value] of change) {
    if (value === undefined) marks.delete(key);
    else marks.set(key, value);
  }
  if (marks.size > 0) return { ...stored, metadata: { ...stored.metadata, [field]: Object.fromEntries(marks) } };
  const { [field]: _none, ...metadata } = stored.metadata;
  return { ...stored, metadata };
}
