import { findKind } from "../../../resources/kinds.ts";
import type { StoredObject } from "../../../resources/meta.ts";
import type { ManifestObject } from "../../../resources/validate.ts";
import { withUnknown } from "../../../resources/with-unknown.ts";
import { isOwnAnnotation } from "./own-annotations.ts";

/**
 * The whole document that a manifest puts in the place of a stored object, for changedObject: what vmctl keeps (ownership,
 * counters, a deletion, its own requests) is not for the file to say, nor what only a newer version knows.
 */
export function replacementOf({ metadata, ...manifest }: ManifestObject, stored: StoredObject): unknown {
  const { metadata: live } = stored;
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
  const kind = findKind(manifest.kind);
  const spec = kind ? withUnknown(kind.spec, manifest.spec, stored.spec) : manifest.spec;
  return { ...manifest, spec, metadata: { ...said, ...deletion, annotations } };
}
