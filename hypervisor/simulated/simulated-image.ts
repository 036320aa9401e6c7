import { createHash } from "node:crypto";
import type { MachineImage } from "../../resources/assignment.ts";
import type { CachedImage } from "../hypervisor.ts";

const VIRTUAL_SIZE = 64 * 2 ** 20;

export const sourceOf = ({ source }: MachineImage): string => ("file" in source ? source.file : source.url);

const digestOf = (source: string): string => `sha256:${createHash("sha256").update(source).digest("hex")}`;

/** Whatever digest is asked for is the one it has; an image nobody named a digest for gets one from its source. */
export function simulatedImage(image: MachineImage): CachedImage {
  const asked = image.digest ?? (typeof image.checksum === "string" ? image.checksum : "");
  return {
    path: `/simulated/${sourceOf(image)}`,
    format: image.format ?? "qcow2",
    digest: asked.startsWith("sha256:") ? asked : digestOf(sourceOf(image)),
    virtualSize: VIRTUAL_SIZE,
  };
}
