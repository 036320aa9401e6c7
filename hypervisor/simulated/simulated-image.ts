import { createHash } from "node:crypto";
import type { MachineImage } from "../../resources/assignment.ts";
import type { CachedImage } from "../hypervisor.ts";

const VIRTUAL_SIZE = 64 * 2 ** 20;

export const sourceOf = ({ source }: MachineImage): string => ("file" in source ? source.file : source.url);

/** Whatever digest is asked for is the one it has; an image nobody named a digest for gets one from its source. */
export function simulatedImage(image: MachineImage): CachedImage {
  const asked = image.digest ?? (typeof image.checksum === "string" ? image.checksum : "");
  const made = `sha256:${createHash("sha256").update(sourceOf(image)).digest("hex")}`;
  return {
    path: `/simulated/${sourceOf(image)}`,
    format: image.format ?? "qcow2",
    digest: asked.startsWith("sha256:") ? asked : made,
    virtualSize: VIRTUAL_SIZE,
  };
}
