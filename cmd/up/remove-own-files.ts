import { existsSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isUnfinished } from "./begin-folder.ts";
import type { DataLayout } from "./data-layout.ts";
import { MACHINE } from "./find-place.ts";
import { findInvoker, type Invoker } from "./invoker.ts";
import { stopPrivateLibvirt } from "./private-libvirt.ts";
import { removeIfEmpty } from "./remove-if-empty.ts";
import type { UpState } from "./up-state.ts";

/** What hack/libvirt-private makes in its folder, but for the images. */
const LIBVIRT_PARTS = ["etc", "run", "lib", "log", "cache", "mark", "marker", "lock", "daemon-stopped"];
/** The end of a default data directory: the folder above it is made by us too. */
const OF_OURS = "/vmctl/up";
/** Put there by hack/quickstart; anything else among the images is the user's. */
const QUICKSTART_IMAGE = "tiny.qcow2";

/**
 * `libvirt`: somebody's guests live in our own one; `records`: a guest of ours could not be removed, its libvirt stays
 * too.
 */
export type Staying = "nothing" | "libvirt" | "records";

/**
 * Our parts of the data directory, by name; folders go when nothing is left in them. Where something stays, so does the
 * state, which finds it again. Gives what was left because it is not ours.
 */
export async function removeOwnFiles(layout: DataLayout, own: OwnFolders, stays: Staying): Promise<readonly string[]> {
  const { certificates, etcd, logs, run, node, supervisor, unfinished } = layout;
  // After an earlier purge they are somebody else's, unless an `up` made them since.
  if (own.purged !== true || isUnfinished(layout))
    for (const path of [etcd, logs, run, certificates, supervisor]) await rm(path, { recursive: true, force: true });
  if (layout.dir === MACHINE) await rm(join(layout.images, QUICKSTART_IMAGE), { force: true });
  if (stays !== "records") await rm(node, { recursive: true, force: true });
  if (stays === "nothing" && own.libvirt.kind === "private") await removePrivateLibvirt(layout);
  const left = [...(await leftOfImages(layout, own)), ...(await leftIn(...foldersLooked(layout, own, stays)))];
  if (stays === "nothing") for (const path of [`${layout.state}.new`, layout.state]) await rm(path, { force: true });
  await rm(unfinished, { force: true });
  const others = (await removeIfEmpty(layout.dir)) ? [] : await strangers(layout);
  if (layout.dir.endsWith(OF_OURS)) await removeIfEmpty(dirname(layout.dir));
  return [...left, ...others];
}

interface OwnFolders extends Pick<UpState, "dirs" | "purged"> {
  readonly libvirt: Pick<UpState["libvirt"], "kind">;
  readonly invoker: Pick<Invoker, "uid">;
}

/** Where something stays, what is with it is not told apart from it. */
function foldersLooked(layout: DataLayout, { dirs }: OwnFolders, stays: Staying): readonly string[] {
  if (stays === "records") return [];
  if (stays === "libvirt") return [dirs.console];
  return [layout.libvirt, dirs.pool, dirs.console];
}

/** We make that folder for the invoker: one of somebody else was there before us, and stays even when it is empty. */
async function leftOfImages({ images }: DataLayout, { invoker }: OwnFolders): Promise<readonly string[]> {
  const found = await lstat(images).catch(() => undefined);
  if (!found || found.uid === invoker.uid) return leftIn(images);
  const names = await readdir(images);
  return names.length === 0 ? [images] : names.map((name) => join(images, name));
}

/** What stands beside our own entries. */
async function strangers({ dir, ...entries }: DataLayout): Promise<readonly string[]> {
  const ours = new Set<string>(Object.values(entries));
  return (await readdir(dir)).map((name) => join(dir, name)).filter((path) => !ours.has(path));
}

/** The same of an `up` that did not get as far as a state; our own libvirt, if it runs, has no guest yet. */
export async function removeUnfinished(layout: DataLayout): Promise<readonly string[]> {
  const kind = existsSync(layout.libvirt) ? "private" : "system";
  if (kind === "private") await stopPrivateLibvirt(layout.libvirt);
  const dirs = { pool: join(layout.libvirt, "images", "vmctl"), console: layout.console };
  return removeOwnFiles(layout, { dirs, libvirt: { kind }, invoker: findInvoker(process.env) }, "nothing");
}

async function removePrivateLibvirt({ libvirt }: DataLayout): Promise<void> {
  for (const name of LIBVIRT_PARTS) await rm(join(libvirt, name), { recursive: true, force: true });
  for (const name of [join("images", "vmctl"), "images", ""]) await removeIfEmpty(join(libvirt, name));
}

async function leftIn(...folders: readonly string[]): Promise<readonly string[]> {
  const left: string[] = [];
  for (const folder of folders) {
    if (await removeIfEmpty(folder)) continue;
    for (const name of await readdir(folder)) left.push(join(folder, name));
  }
  return left;
}
