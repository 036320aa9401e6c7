import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { backingFileOf } from "./backing-file.ts";
import { removeIfEmpty } from "./remove-if-empty.ts";

const CACHED = /^[0-9a-f]{64}\.(qcow2|raw)$/;

/**
 * The images the cache's index names, then the index; the folders if nothing else is in them. An image that a disk
 * beside the cache is made from stays: a guest of another control plane would lose its disk with it. Gives what stays.
 */
export async function removeImageCache(poolDir: string): Promise<readonly string[]> {
  const cache = join(poolDir, "cache");
  const text = await readFile(join(cache, "index.json"), "utf8").catch(() => "{}");
  const { images = {} } = JSON.parse(text) as { images?: Readonly<Record<string, unknown>> };
  const used = await backingFiles(poolDir);
  const paths = Object.keys(images)
    .filter((name) => CACHED.test(name))
    .map((name) => join(cache, name));
  const kept = paths.filter((path) => used.has(path));
  for (const path of paths) if (!used.has(path)) await rm(path, { force: true });
  if (kept.length === 0) await rm(join(cache, "index.json"), { force: true });
  for (const folder of [join(cache, "incoming"), cache, poolDir]) await removeIfEmpty(folder);
  return kept;
}

async function backingFiles(poolDir: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(poolDir, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(poolDir, name));
  const found = await Promise.all(files.map(backingFileOf));
  return new Set(found.filter((path) => path !== undefined));
}
