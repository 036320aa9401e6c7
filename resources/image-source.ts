import { type Static, Type } from "typebox";
import { Name } from "./meta.ts";
import type { Problem } from "./problem.ts";

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

export const CREDENTIALS_DESCRIPTION =
  "for a url that asks for them; sent to its own host alone, whatever it redirects to";

/** What a server asks for before it gives the image: HTTP basic authentication, from a Secret. */
export const Credentials = Type.Object(
  {
    secret: { ...Name, description: "a Secret with the keys username and password" },
  },
  { ...closed, description: CREDENTIALS_DESCRIPTION },
);
export type Credentials = Static<typeof Credentials>;

const LOOPBACK = /^http:\/\/(localhost|127\.[0-9.]+|\[::1\])([:/]|$)/;

/** Credentials without TLS are everybody's; this machine itself is no network. `path`: of what holds source. */
export function credentialsProblems(
  { source, credentials }: { readonly source: ImageSource; readonly credentials?: object },
  path: readonly string[],
): Problem[] {
  if (!credentials) return [];
  const problem = (message: string): Problem[] => [{ path: [...path, "credentials"], message }];
  if (!("url" in source)) return problem("are for a url: a file needs none");
  if (source.url.startsWith("https:") || LOOPBACK.test(source.url)) return [];
  return problem("would cross the network in clear: the url has to begin with https");
}

/** What Placement has a HW_ARCH_ trait for and an image is likely to be made for. */
export const Architecture = Type.Union(
  [Type.Literal("x86_64"), Type.Literal("aarch64"), Type.Literal("ppc64le"), Type.Literal("s390x")],
  { description: "what processor it is for; absent: whatever the host has" },
);
export type Architecture = "x86_64" | "aarch64" | "ppc64le" | "s390x";

export const Firmware = Type.Union([Type.Literal("bios"), Type.Literal("uefi")], {
  description: "what it boots with; absent: what the host gives, which is bios on x86_64",
});
export type Firmware = "bios" | "uefi";

export const ImageFormat = Type.Union([Type.Literal("qcow2"), Type.Literal("raw")]);
export type ImageFormat = Static<typeof ImageFormat>;
