import { Image } from "../../../../resources/image.ts";
import { ANNOTATION } from "../../../../resources/meta.ts";
import type { JoinedObject } from "../../../../store/objects/joined-object.ts";
import { fieldAt } from "../../output/field-at.ts";
import type { Neighbours } from "../neighbours.ts";

export const isDefaultImage = ({ metadata }: JoinedObject): boolean =>
  metadata.annotations?.[ANNOTATION.defaultImage] === "true";

/** Whether a spec of an instance (or of a template, at `path`) is made from this Image. */
export function usesImage(user: JoinedObject, path: string, image: JoinedObject): boolean {
  const named = fieldAt(user, `${path}.image`);
  return named === undefined ? isDefaultImage(image) : fieldAt(named, "name") === image.metadata.name;
}

/** The Image objects an instance may be made from: the one named, or those marked default; none for a source of its own. */
export async function imagesOf(instance: JoinedObject, neighbours: Neighbours): Promise<readonly JoinedObject[]> {
  const named = fieldAt(instance, "spec.image");
  if (named === undefined) return (await neighbours.list(Image)).filter(isDefaultImage);
  const name = fieldAt(named, "name");
  const image = typeof name === "string" ? await neighbours.get(Image, name) : undefined;
  return image ? [image] : [];
}
