import { constants, open, realpath } from "node:fs/promises";
import { normalize, sep } from "node:path";
import { HypervisorError } from "../../hypervisor-error.ts";

/** What tells one version of a local file from another without reading it. */
export interface FileVersion {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
}

/**
 * A regular file inside the directories that this host allows, opened for reading; the caller closes it. A path
 * outside is `ImageForbidden` whether it exists or not, and so is a link that leads outside.
 */
export async function openFileSource(path: string, allowed: readonly string[]) {
  if (!isInside(normalize(path), allowed)) throw forbidden(path, allowed);
  const real = await realpath(path).catch((error: unknown) => {
    throw new HypervisorError("ImageNotFound", `${path}: no such file`, { cause: error });
  });
  const realDirs = await Promise.all(allowed.map((dir) => realpath(dir).catch(() => dir)));
  if (!isInside(real, realDirs)) throw forbidden(path, allowed);
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const stats = await file.stat();
  if (!stats.isFile()) {
    await file.close();
    throw new HypervisorError("ImageInvalid", `${path}: not a regular file`);
  }
  const version: FileVersion = { size: stats.size, mtimeMs: stats.mtimeMs, ino: stats.ino };
  return { file, version };
}

const isInside = (path: string, dirs: readonly string[]): boolean =>
  dirs.some((dir) => path.startsWith(dir.endsWith(sep) ? dir : dir + sep));

const forbidden = (path: string, allowed: readonly string[]) =>
  new HypervisorError(
    "ImageForbidden",
    `${path}: this host reads images only under ${allowed.join(", ") || "no directory"}`,
  );
