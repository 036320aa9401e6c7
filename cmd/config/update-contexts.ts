import { randomBytes } from "node:crypto";
import { chown, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { systemClock } from "../../runtime/clock.ts";
import { type Contexts, noContexts, readContextText } from "./context-file.ts";
import { UsageError } from "./usage-error.ts";

export interface UpdateOptions {
  /** Whom file and new folders shall belong to when written by sudo. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

const ATTEMPTS = 5;

/**
 * Changes the context file by a pure function of what it says; what its owner wrote around that stays. A reader sees
 * the old file or the new one, mode 0600; nothing is written when nothing changes. `change` is called again when
 * somebody else wrote meanwhile. A symbolic link stays one. UsageError as readContexts.
 */
export async function updateContexts(
  path: string,
  change: (contexts: Contexts) => Contexts,
  options: UpdateOptions = {},
): Promise<void> {
  const file = await realpath(path).catch(() => path);
  const { contextsText } = await import("./contexts-text.ts");
  const { parseContexts } = await import("./parse-contexts.ts");
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = await readContextText(file);
    const contexts = before === undefined ? noContexts : parseContexts(file, before);
    const wanted = change(contexts);
    if (wanted === contexts) return;
    if (await replace(file, before, { ...options, text: contextsText(file, before, wanted) })) return;
  }
  throw new UsageError(`${path} is being changed by others all the time: try again`);
}

/** False, and nothing written, if the file is no longer what it was. */
async function replace(
  file: string,
  before: string | undefined,
  { text, owner }: UpdateOptions & { readonly text: string },
): Promise<boolean> {
  const folder = dirname(file);
  const firstNew = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (owner && firstNew !== undefined) await chownFolders(firstNew, folder, owner);
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    await writeNew(temporary, text);
    if (owner) await chown(temporary, owner.uid, owner.gid);
    return await withLock(`${file}.lock`, async () => {
      if ((await readContextText(file)) !== before) return false;
      await rename(temporary, file);
      return true;
    });
  } finally {
    await rm(temporary, { force: true });
  }
}

const LOCK_POLL_MS = 20;
/** The lock is held for a look and a rename: one that stands longer was left by somebody who died. */
const LOCK_STALE_MS = 10_000;

/** Between looking and renaming nobody else may rename. */
async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  while (!(await tryLock(lock))) await systemClock.sleep(LOCK_POLL_MS);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    await (await open(lock, "wx", 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const standing = await stat(lock).catch(() => undefined);
    if (standing && systemClock.now() - standing.mtimeMs > LOCK_STALE_MS) await rm(lock, { force: true });
    return false;
  }
}

/** On the disk before anything points to it. */
async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function chownFolders(top: string, folder: string, owner: { uid: number; gid: number }): Promise<void> {
  for (let path = folder; path.length >= top.length; path = dirname(path)) await chown(path, owner.uid, owner.gid);
}
