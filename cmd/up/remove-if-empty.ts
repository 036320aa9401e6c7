import { rmdir } from "node:fs/promises";

/** Not there; holds something; is a mount point. */
const HARMLESS = new Set(["ENOENT", "ENOTEMPTY", "EEXIST", "EBUSY"]);

/** True if the folder is gone now: it was empty or not there. */
export async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!HARMLESS.has(code)) throw error;
    return code === "ENOENT";
  }
}
