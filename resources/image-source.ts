import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;

/** Where a disk image comes from. `file` is a path on the hypervisor, within the directories that host allows. */
export const ImageSource = Type.Union(
  [
    Type.Object({ url: Type.String({ pattern: "^https?://", maxLength: 2048 }) }, closed),
    Type.Object({ file: Type.String({ pattern: "^/", maxLength: 1024 }) }, closed),
  ],
  { description: "exactly one of url (http, https) and file (absolute path on the hypervisor)" },
);
export type ImageSource = Static<typeof ImageSource>;

/** `sha256:<hex>`, `sha512:<hex>`, or the URL of a SUMS file that lists the image's file name. */
export const Checksum = Type.Union([
  Type.String({ pattern: "^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$" }),
  Type.Object({ url: Type.String({ pattern: "^https?://", maxLength: 2048 }) }, closed),
]);
export type Checksum = Static<typeof Checksum>;

export const ImageFormat = Type.Union([Type.Literal("qcow2"), Type.Literal("raw")]);
export type ImageFormat = Static<typeof ImageFormat>;
