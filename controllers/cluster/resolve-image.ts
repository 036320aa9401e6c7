import { Image, type ImageSpec, type ImageStatus } from "../../resources/image.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import { REASON } from "../../resources/instance-status.ts";
import { objectTail } from "../../resources/keys.ts";
import { ANNOTATION, type StoredObject } from "../../resources/meta.ts";
import type { NamedImage } from "../../resources/resolve-instance.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import type { ClusterView, Seen } from "./cluster-view.ts";
import type { NotResolved } from "./not-resolved.ts";

export type ResolvedImage = { readonly ok: true; readonly image: NamedImage | undefined } | NotResolved;

/** The Image object behind `spec.image`: none for an inline source, by name from the Image, absent from the one marked default. */
export function resolveImage(view: ClusterView, spec: InstanceSpec): ResolvedImage {
  if (spec.image && "source" in spec.image) return { ok: true, image: undefined };
  if (spec.image) return named(view, spec.image.name);
  const defaults = [...view.all("spec", "spec/cluster/images/")].filter(
    (seen) => seen.value.metadata.annotations?.[ANNOTATION.defaultImage] === "true",
  );
  const [only, second] = defaults;
  if (only && !second) return named(view, only.value.metadata.name);
  const message = only
    ? `several Images are marked default: ${defaults.map((seen) => seen.value.metadata.name).join(", ")}`
    : `spec.image is absent and no Image carries the annotation ${ANNOTATION.defaultImage}: "true"`;
  return { ok: false, reason: REASON.noDefaultImage, message, soon: false };
}

function named(view: ClusterView, name: string): ResolvedImage {
  const tail = objectTail(Image, undefined, name);
  const spec = view.spec(tail) as Seen<StoredObject<ImageSpec>> | undefined;
  const record = view.status(tail) as Seen<StatusRecord<ImageStatus>> | undefined;
  if (spec && !spec.value.metadata.deletionTimestamp && record?.value.uid)
    return { ok: true, image: { name, spec: inForce(record.value, spec.value), digest: record.value.status.digest } };
  return { ok: false, reason: REASON.imageNotFound, message: whyNot(name, spec, record), soon: !!spec && !record };
}

const inForce = (record: StatusRecord<ImageStatus>, object: StoredObject<ImageSpec>): ImageSpec =>
  (record.accepted?.spec ?? object.spec) as ImageSpec;

function whyNot(name: string, spec: unknown, record: unknown): string {
  if (!spec) return `Image "${name}" does not exist`;
  return record ? `Image "${name}" is not accepted or being deleted` : `Image "${name}" is not admitted yet`;
}
