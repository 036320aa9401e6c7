import { type Static, Type } from "typebox";
import { COMMON_CONDITION } from "./common-conditions.ts";
import { Condition } from "./conditions.ts";
import {
  Architecture,
  Checksum,
  CREDENTIALS_DESCRIPTION,
  Credentials,
  credentialsProblems,
  Firmware,
  ImageFormat,
  ImageSource,
} from "./image-source.ts";
import type { KindInfo } from "./kinds.ts";
import { Name } from "./meta.ts";
import { REASON_COLUMN } from "./ready-column.ts";

export const ImageSpec = Type.Object(
  {
    source: ImageSource,
    checksum: Type.Optional(
      Type.Union(Checksum.anyOf, {
        description: "absent: the first digest a host reports is recorded and holds for all",
      }),
    ),
    format: Type.Optional(Type.Union(ImageFormat.anyOf, { description: "absent: found out from the file" })),
    architecture: Type.Optional(Architecture),
    firmware: Type.Optional(Firmware),
    credentials: Type.Optional(
      Type.Object(
        {
          ...Credentials.properties,
          namespace: Type.Optional({ ...Name, default: "default", description: "of the Secret" }),
        },
        { additionalProperties: false, description: CREDENTIALS_DESCRIPTION },
      ),
    ),
    description: Type.Optional(Type.String({ maxLength: 1024, description: "for people" })),
  },
  { additionalProperties: false },
);
export type ImageSpec = Static<typeof ImageSpec>;

export const ImageStatus = Type.Object({
  /** sha256 that every host's copy must have: the checksum, or the first digest a host reported. */
  digest: Type.Optional(Type.String({ description: "what every copy must have" })),
  observedGeneration: Type.Optional(Type.Integer()),
  conditions: Type.Optional(Type.Array(Condition)),
});
export type ImageStatus = Static<typeof ImageStatus>;

export const IMAGE_CONDITION = { accepted: "Accepted", ready: "Ready", ...COMMON_CONDITION } as const;

export const Image: KindInfo = {
  kind: "Image",
  plural: "images",
  singular: "image",
  shortNames: ["img"],
  categories: ["cluster"],
  namespaced: false,
  spec: ImageSpec,
  status: ImageStatus,
  rules: (spec) => credentialsProblems(spec as ImageSpec, ["spec"]),
  conditions: IMAGE_CONDITION,
  columns: [
    // Whether it can be had is each host's to say, of each instance: an Image is accepted or not.
    {
      heading: "STATUS",
      path: "status.conditions.Accepted",
      isState: true,
      words: { True: "Accepted", False: "NotAccepted" },
    },
    { heading: "FORMAT", path: "spec.format", absent: "auto" },
    { heading: "DIGEST", path: "status.digest" },
    { ...REASON_COLUMN, path: "status.conditions.Accepted" },
    { heading: "SOURCE", path: "spec.source", wide: true },
  ],
  description: "A disk image that instances start from; downloaded once per hypervisor and verified.",
};
