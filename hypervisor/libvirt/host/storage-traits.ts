import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** Linux packs major and minor numbers of a device so that both may be large. */
const major = (device: bigint): bigint => ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
const minor = (device: bigint): bigint => (device & 0xffn) | ((device >> 12n) & ~0xffn);

/**
 * Whether the disk under a directory turns. Nothing where that cannot be told: a network's file system, or one of
 * several disks.
 */
export async function storageTraits(directory: string, sysfs = "/sys/dev/block"): Promise<readonly string[]> {
  try {
    const { dev } = await stat(directory, { bigint: true });
    const isTurning = await rotational(join(sysfs, `${major(dev)}:${minor(dev)}`));
    return isTurning === undefined ? [] : [isTurning ? "STORAGE_DISK_HDD" : "STORAGE_DISK_SSD"];
  } catch {
    return [];
  }
}

/** A partition has no queue; its disk, the folder above in sysfs, does. */
async function rotational(device: string): Promise<boolean | undefined> {
  for (const queue of ["queue", "../queue"]) {
    const flag = await readFile(`${device}/${queue}/rotational`, "utf8").catch(() => undefined);
    if (flag !== undefined) return flag.trim() === "1";
  }
  return undefined;
}
