import { chown, readFile, writeFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { Invoker } from "./invoker.ts";

/** Beside the certificates of a context that `up` wrote; found through them it survives a renaming of the context. */
export const NOTE = "data-folder";

/** Says in a context's certificate folder which data directory the context is of. */
export async function writeNote(folder: string, data: string, { uid, gid }: Invoker): Promise<void> {
  const path = join(folder, NOTE);
  await writeFile(path, `${data}\n`, { mode: 0o600 });
  await chown(path, uid, gid);
}

/** The data directory that stands there; `undefined`: no `up` of ours says so. */
export async function readNote(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, NOTE), "utf8").catch(() => "");
  const data = text.trim();
  return isAbsolute(data) && !data.includes("\n") ? data : undefined;
}
