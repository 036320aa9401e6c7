import type { StoredObject } from "../../../resources/meta.ts";
import type { ManifestObject } from "../../../resources/validate.ts";
import { isOwnAnnotation } from "./own-annotations.ts";

/**
 * The whole document that a manifest puts in the place of a stored object, for changedObject: what vmctl keeps (ownership,
 * counters, a deletion, its own requests) is not for the file to say.
 */
export function replacementOf({ metadata, ...manifest }: ManifestObject, { metadata: live }: StoredObject): unknown {
  const {
    managedFields: _own,
    generation: _counted,
    creationTimestamp: _born,
    deletionTimestamp: _gone,
    ...said
  } = metadata;
  const requests = Object.entries(live.annotations ?? {}).filter(([key]) => isOwnAnnotation(key));
  const annotations = { ...Object.fromEntries(requests), ...metadata.annotations };
  const deletion = live.deletionTimestamp === undefined ? {} : { deletionTimestamp: live.deletionTimestamp };
  return { ...manifest, metadata: { ...said, ...deletion, annotations } };
}
