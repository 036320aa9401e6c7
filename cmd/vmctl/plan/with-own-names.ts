import type { PlannedObject } from "../../../apply/plan-set.ts";
import { Image, type ImageSpec } from "../../../resources/image.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import { ANNOTATION } from "../../../resources/meta.ts";
import { Secret } from "../../../resources/secret.ts";

/**
 * The spec of an instance of a plan, as the scheduler may be asked about it now: an Image that the plan itself makes is
 * put in its place, and user-data from a Secret that it makes is left out. What is nowhere is left for the scheduler to
 * miss.
 */
export function withOwnNames(
  { namespace = "", spec }: { readonly namespace?: string | undefined; readonly spec: InstanceSpec },
  objects: readonly PlannedObject[],
): InstanceSpec {
  const image = ownImage(spec, objects);
  const { cloudInit, ...rest } = spec;
  const secret = cloudInit?.userDataFrom?.secret;
  const isOwn = objects.some(
    ({ manifest, result }) =>
      result === "created" &&
      manifest.kind === Secret &&
      manifest.object.metadata.name === secret &&
      manifest.object.metadata.namespace === namespace,
  );
  return { ...(isOwn ? rest : spec), ...(image && { image }) };
}

function ownImage({ image }: InstanceSpec, objects: readonly PlannedObject[]): InstanceSpec["image"] | undefined {
  if (image && "source" in image) return undefined;
  const made = objects.filter(({ manifest, result }) => manifest.kind === Image && result === "created");
  const own = made.find(({ manifest: { object } }) =>
    image ? object.metadata.name === image.name : object.metadata.annotations?.[ANNOTATION.defaultImage] === "true",
  );
  if (!own) return undefined;
  // Whoever fetches it later needs credentials and a description; where it may run is said by the rest.
  const { source, checksum, format, architecture, firmware } = own.manifest.object.spec as ImageSpec;
  return {
    source,
    ...(checksum !== undefined && { checksum }),
    ...(format !== undefined && { format }),
    ...(architecture !== undefined && { architecture }),
    ...(firmware !== undefined && { firmware }),
  };
}
