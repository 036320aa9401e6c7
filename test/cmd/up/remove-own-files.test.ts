import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { beginFolder } from "../../../cmd/up/begin-folder.ts";
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
  for (const dir of [layout.console, layout.images]) await rm(join(dir, "tiny.qcow2"));
  await mkdir(pool, { recursive: true });
  await writeFile(layout.state, "{}");
  const invoker = { uid: process.getuid?.() ?? 0, gid: 0, home: "" };
  const state = { dirs: { pool, console: layout.console }, libvirt: { kind: "private" }, invoker } as UpState;
  return { layout, pool, state };
}

it("removes all of a data directory that holds nothing but ours", async () => {
  const { layout, state } = await dataDirectory();
  expect(await removeOwnFiles(layout, state, "nothing")).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

it("leaves what others put among our files, and names it", async () => {
  const { layout, pool, state } = await dataDirectory();
  const inside = [join(layout.images, "tiny.qcow2"), join(pool, "theirs.qcow2")];
  const theirs = [...inside, join(layout.dir, "notes.txt")];
  for (const path of theirs) await writeFile(path, "");
  const left = await removeOwnFiles(layout, state, "nothing");
  expect(left).toEqual(expect.arrayContaining(theirs));
  expect(new Set(left).size).toBe(left.length);
  expect((await readdir(layout.dir)).sort()).toEqual(["images", "libvirt", "notes.txt"]);
});

it("leaves a folder of images that belongs to somebody else, empty or not, and names what stays", async () => {
  const { layout, state } = await dataDirectory();
  const other = { ...state, invoker: { ...state.invoker, uid: state.invoker.uid + 1 } };
  expect(await removeOwnFiles(layout, other, "nothing")).toEqual([layout.images]);
  expect(await readdir(layout.dir)).toEqual(["images"]);
  await writeFile(join(layout.images, "mine.qcow2"), "");
  expect(await removeOwnFiles(layout, other, "nothing")).toEqual([join(layout.images, "mine.qcow2")]);
});

it("removes a state that was written and not yet put in its place", async () => {
  const { layout, state } = await dataDirectory();
  await writeFile(`${layout.state}.new`, "{}");
  expect(await removeOwnFiles(layout, { ...state, purged: true }, "nothing")).not.toContain(`${layout.state}.new`);
  expect(await readdir(layout.dir)).not.toContain("state.json.new");
});

it("keeps a libvirt that others live in and the state that finds it again, and no more", async () => {
  const { layout, pool, state } = await dataDirectory();
  await writeFile(join(pool, "theirs.qcow2"), "");
  expect(await removeOwnFiles(layout, state, "libvirt")).toEqual([]);
  expect((await readdir(layout.dir)).sort()).toEqual(["libvirt", "state.json"]);
  expect((await readdir(layout.libvirt)).sort()).toEqual(["etc", "images"]);
});

it("keeps the records of a guest that is left", async () => {
  const { layout, state } = await dataDirectory();
  expect(await removeOwnFiles(layout, state, "records")).toEqual([]);
  expect((await readdir(layout.dir)).sort()).toEqual(["console", "libvirt", "node", "state.json"]);
});

it("takes after a purge only what an up has made since", async () => {
  const { layout, state } = await dataDirectory();
  const purged = { ...state, purged: true } as const;
  await removeOwnFiles(layout, purged, "libvirt");
  expect((await readdir(layout.dir)).sort()).toEqual(["certificates", "etcd", "libvirt", "logs", "run", "state.json"]);
  for (const name of ["certificates", "etcd", "logs", "run"]) await rm(join(layout.dir, name), { recursive: true });
  await beginFolder(layout, [layout.state, layout.libvirt]);
  await mkdir(layout.etcd);
  await removeOwnFiles(layout, purged, "nothing");
  expect(await readdir(folder)).toEqual([]);
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
