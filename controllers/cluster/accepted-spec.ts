import type { StoredMetadata } from "../../resources/meta.ts";
import type { AcceptedSpec, FlavorSnapshot } from "../../resources/status-record.ts";
import { present } from "./present.ts";

/** What a status record keeps of a spec that is in force; of an instance, with its Flavor. */
export function acceptedFrom(
  object: { readonly metadata: StoredMetadata; readonly spec: unknown },
  flavor?: FlavorSnapshot,
): AcceptedSpec {
  const { generation, labels, annotations, finalizers, ownerReferences } = object.metadata;
  return present({ generation, spec: object.spec as object, labels, annotations, finalizers, ownerReferences, flavor });
}
