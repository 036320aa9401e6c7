import { type Static, Type } from "typebox";
import { canonicalJson } from "./canonical-json.ts";
import { type Decode, decodeWith, disagrees } from "./decode.ts";
import { InstanceTemplate } from "./instance-set.ts";
import { Timestamp, Uid } from "./meta.ts";
import { sha256Hex } from "./sha256.ts";

/**
 * The value of `revisions/<uid of the set>/<number>`: a template that an InstanceSet had. A template that comes back
 * gets a new number and keeps its name. Written before the first instance that is made from it.
 */
export const TemplateRevision = Type.Object({
  uid: Uid,
  /** `<set>-<digest>`; what instances carry and status shows. */
  name: Type.String(),
  number: Type.Integer({ minimum: 1 }),
  createdAt: Timestamp,
  template: InstanceTemplate,
});
export type TemplateRevision = Omit<Static<typeof TemplateRevision>, "template"> & { template: InstanceTemplate };

/** Equal templates have equal names, whatever the order of their fields. */
export const revisionName = (set: string, template: InstanceTemplate): string =>
  `${set}-${sha256Hex(canonicalJson(template)).slice(0, 10)}`;

export const decodeTemplateRevision: Decode<TemplateRevision> = decodeWith<TemplateRevision>(
  TemplateRevision,
  (key, { uid, number }) => (key === `revisions/${uid}/${number}` ? undefined : disagrees(`it is ${uid}/${number}`)),
);
