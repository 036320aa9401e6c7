import { access, chmod, link, rm } from "node:fs/promises";
import { formatQuantity } from "../../../resources/quantity.ts";
import type { CachedImage } from "../../hypervisor.ts";
import { HypervisorError } from "../../hypervisor-error.ts";
import { imageTooLarge } from "../../image-too-large.ts";
import { runProgram } from "./run-program.ts";
import { translateDiskError } from "./translate-disk-error.ts";

const TIMEOUT_MS = 60_000;

/**
 * A qcow2 of exactly `bytes` on top of the image. What exists at `path` is never touched, however it came there; the
 * file appears whole or not at all.
 */
export async function createOverlay(
  path: string,
  image: CachedImage,
  bytes: number,
  signal: AbortSignal,
): Promise<"created" | "exists"> {
  if (await exists(path)) return "exists";
  if (image.virtualSize > bytes) throw imageTooLarge(image.virtualSize, bytes);
  const temporary = `${path}.new`;
  try {
    const backing = ["-b", image.path, "-F", image.format];
    await rm(temporary, { force: true });
    await runProgram("qemu-img", ["create", "-q", "-f", "qcow2", ...backing, temporary, String(bytes)], {
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    // libvirt gives the file to QEMU's user when it starts the domain; nobody else reads a guest's disk.
    await chmod(temporary, 0o600);
    return await publish(temporary, path);
  } catch (error) {
    throw translateDiskError(error, "creating the disk");
  } finally {
    await rm(temporary, { force: true });
  }
}

/** link, unlike rename, refuses to replace. */
async function publish(temporary: string, path: string): Promise<"created" | "exists"> {
  try {
    await link(temporary, path);
    return "created";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return "exists";
    throw error;
  }
}

/** Grows the virtual disk; equal is success, smaller is `DiskShrink`. Its domain must not run. */
export async function growOverlay(path: string, bytes: number): Promise<void> {
  const present = await virtualSize(path);
  if (present === bytes) return;
  if (present > bytes)
    throw new HypervisorError(
      "DiskShrink",
      `the disk has ${formatQuantity(present)} and cannot shrink to ${formatQuantity(bytes)}`,
    );
  try {
    await runProgram("qemu-img", ["resize", "-q", "-f", "qcow2", path, String(bytes)], { timeoutMs: TIMEOUT_MS });
  } catch (error) {
    throw translateDiskError(error, "growing the disk");
  }
}

async function virtualSize(path: string): Promise<number> {
  const text = await runProgram("qemu-img", ["info", "-U", "-f", "qcow2", "--output=json", path], {
    timeoutMs: TIMEOUT_MS,
  });
  return Number((JSON.parse(text) as { "virtual-size": number })["virtual-size"]);
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
