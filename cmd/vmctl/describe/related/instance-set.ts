import { Instance } from "../../../../resources/instance.ts";
import type { JoinedObject } from "../../../../store/objects/joined-object.ts";
import { fieldAt } from "../../output/field-at.ts";
import { objectLines } from "./object-lines.ts";
import { ownersOf } from "./owners.ts";
import type { Part } from "./part.ts";

/** The instances it owns. */
export const instanceSetParts = (set: JoinedObject, now: number): readonly Part[] => [
  {
    title: "Instances",
    read: async (neighbours) => {
      const { namespace, uid } = set.metadata;
      const isOwn = (instance: JoinedObject) => ownersOf(instance).some((owner) => fieldAt(owner, "uid") === uid);
      return objectLines({ kind: Instance, objects: (await neighbours.list(Instance, namespace)).filter(isOwn), now });
    },
  },
];
