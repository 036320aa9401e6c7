import type { StoredObject } from "../../../resources/meta.ts";

/** The object with these annotations set, or (undefined) taken away; an empty map goes too. */
export function withAnnotations(
  stored: StoredObject,
  change: Readonly<Record<string, string | undefined>>,
): StoredObject {
  const { annotations: old, ...metadata } = stored.metadata;
  const kept = Object.entries({ ...old, ...change }).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const annotations = kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) };
  return { ...stored, metadata: { ...metadata, ...annotations } };
}
