import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dataLayout } from "../../../cmd/up/data-layout.ts";
import { removeImageCache } from "../../../cmd/up/remove-image-cache.ts";
import { removeOwnFiles } from "../../../cmd/up/remove-own-files.ts";
import type { UpState } from "../../../cmd/up/up-state.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "remove-own-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function dataDirectory() {
  const layout = dataLayout(join(folder, "data"));
  const pool = join(layout.libvirt, "images", "vmctl");
  for (const dir of ["certificates", "etcd", "logs", "run", "node", "images", "console", "libvirt/etc"]) {
    await mkdir(join(layout.dir, dir), { recursive: true });
    await writeFile(join(layout.dir, dir, "tiny.qcow2"), "");
  }
  await rm(join(layout.console, "tiny.qcow2"));
  await mkdir(pool, { recursive: true });
  await writeFile(layout.state, "{}");
  const state = { dirs: { pool, console: layout.console }, libvirt: { kind: "private", socket: "" } } as UpState;
  return { layout, pool, state };
}

it("removes all of a data directory that holds nothing but ours", async () => {
  const { layout, state } = await dataDirectory();
  expect(await removeOwnFiles(layout, state, true)).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

it("leaves what others put among our files, and names it", async () => {
  const { layout, pool, state } = await dataDirectory();
  const theirs = [join(layout.images, "mine.qcow2"), join(pool, "theirs.qcow2")];
  for (const path of theirs) await writeFile(path, "");
  const left = await removeOwnFiles(layout, state, true);
  expect(left).toEqual(expect.arrayContaining(theirs));
  expect((await readdir(layout.dir)).sort()).toEqual(["images", "libvirt"]);
});

it("keeps what finds a libvirt again that still runs", async () => {
  const { layout, state } = await dataDirectory();
  await removeOwnFiles(layout, state, false);
  expect((await readdir(layout.dir)).sort()).toEqual([
    "certificates",
    "console",
    "images",
    "libvirt",
    "node",
    "state.json",
  ]);
});

it("removes of an image cache what its index names", async () => {
  const cache = join(folder, "pool", "cache");
  await mkdir(join(cache, "incoming"), { recursive: true });
  const image = `${"a".repeat(64)}.qcow2`;
  const index = { images: { [image]: {}, "../../escape": {} } };
  await writeFile(join(folder, "escape"), "");
  await writeFile(join(cache, image), "");
  await writeFile(join(cache, "theirs.qcow2"), "");
  await writeFile(join(cache, "index.json"), JSON.stringify(index));
  await removeImageCache(join(folder, "pool"));
  expect(await readdir(cache)).toEqual(["theirs.qcow2"]);
  expect(await readdir(folder)).toEqual(["escape", "pool"]);
});

it("keeps an image that somebody's disk is made from", async () => {
  const pool = join(folder, "pool");
  const cache = join(pool, "cache");
  await mkdir(cache, { recursive: true });
  const [needed, idle] = [`${"a".repeat(64)}.qcow2`, `${"b".repeat(64)}.raw`];
  for (const name of [needed, idle]) await writeFile(join(cache, name), "");
  await writeFile(join(cache, "index.json"), JSON.stringify({ images: { [needed]: {}, [idle]: {} } }));
  await writeFile(join(pool, "note.txt"), "no disk");
  await writeFile(join(pool, "default.theirs.root.qcow2"), overlayOn(join(cache, needed)));
  expect(await removeImageCache(pool)).toEqual([join(cache, needed)]);
  expect((await readdir(cache)).sort()).toEqual([needed, "index.json"]);
});

/** The part of a qcow2 that says what it is an overlay of. */
function overlayOn(path: string): Buffer {
  const header = Buffer.alloc(104);
  header.writeUInt32BE(0x514649fb, 0);
  header.writeUInt32BE(3, 4);
  header.writeBigUInt64BE(BigInt(header.length), 8);
  header.writeUInt32BE(path.length, 16);
  return Buffer.concat([header, Buffer.from(path)]);
}
