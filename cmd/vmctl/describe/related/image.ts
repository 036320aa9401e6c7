import { Instance } from "../../../../resources/instance.ts";
import { findKind, type KindInfo } from "../../../../resources/kinds.ts";
import type { JoinedObject } from "../../../../store/objects/joined-object.ts";
import { isDefaultImage, usesImage } from "./image-of.ts";
import { objectLines } from "./object-lines.ts";
import type { Part } from "./part.ts";

/** Who is made from it. */
export function imageParts(image: JoinedObject, now: number): readonly Part[] {
  const byDefault = { title: "Default", read: async () => ["for instances that name no image"] };
  const set = findKind("InstanceSet");
  return [
    ...(isDefaultImage(image) ? [byDefault] : []),
    { title: "Instances", read: usersOf(image, { kind: Instance, path: "spec", now }) },
    ...(set ? [{ title: "Instance sets", read: usersOf(image, { kind: set, path: "spec.template.spec", now }) }] : []),
  ];
}

interface Users {
  readonly kind: KindInfo;
  readonly path: string;
  readonly now: number;
}

const usersOf =
  (image: JoinedObject, { kind, path, now }: Users): Part["read"] =>
  async (neighbours) => {
    const users = (await neighbours.list(kind)).filter((user) => usesImage(user, path, image));
    return objectLines({ kind, objects: users, now, namespace: true });
  };
