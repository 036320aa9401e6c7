import { Image } from "../../../../resources/image.ts";
import { Instance } from "../../../../resources/instance.ts";
import { InstanceSet } from "../../../../resources/instance-set.ts";
import { objectTail } from "../../../../resources/keys.ts";
import { findKind, type KindInfo } from "../../../../resources/kinds.ts";
import { NAMED_BY, referencesOf } from "../../../../resources/references.ts";
import type { JoinedObject } from "../../../../store/objects/joined-object.ts";
import { objectLines } from "./object-lines.ts";
import type { Part } from "./part.ts";

const TITLES = new Map<KindInfo, string>([
  [Instance, "Instances"],
  [InstanceSet, "Instance sets"],
  [Image, "Images"],
]);

/** Who names it in its spec: of a Flavor or a Secret. */
export function namedParts(object: JoinedObject, now: number): readonly Part[] {
  const own = findKind(object.kind);
  const tail = own && objectTail(own, object.metadata.namespace, object.metadata.name);
  return (own ? (NAMED_BY.get(own) ?? []) : []).map((kind) => ({
    title: TITLES.get(kind) ?? kind.plural,
    read: async (neighbours) => {
      const all = await neighbours.list(kind);
      const users = all.filter(({ metadata, spec }) =>
        referencesOf(kind, metadata.namespace, spec).includes(tail ?? ""),
      );
      return objectLines({ kind, objects: users, now, namespace: true });
    },
  }));
}
