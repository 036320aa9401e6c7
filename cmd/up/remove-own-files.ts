import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DataLayout } from "./data-layout.ts";
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
 * Our parts of the data directory, by name; folders go when nothing is left in them. With `withLibvirt` false the
 * private libvirt still runs, and it and the state that finds it again stay. Gives what was left because it is not ours.
 */
export async function removeOwnFiles(
  layout: DataLayout,
  { dirs, libvirt }: OwnFolders,
  withLibvirt: boolean,
): Promise<readonly string[]> {
  const { certificates, etcd, logs, run, node, supervisor } = layout;
  for (const path of [etcd, logs, run]) await rm(path, { recursive: true, force: true });
  await rm(join(layout.images, QUICKSTART_IMAGE), { force: true });
  if (!withLibvirt) return [];
  if (libvirt.kind === "private") await removePrivateLibvirt(layout);
  for (const path of [node, certificates, supervisor]) await rm(path, { recursive: true, force: true });
  const left = await leftIn(layout.images, layout.libvirt, dirs.pool, dirs.console);
  for (const path of [layout.state, layout.unfinished]) await rm(path, { force: true });
  await removeIfEmpty(layout.dir);
  if (layout.dir.endsWith(OF_OURS)) await removeIfEmpty(dirname(layout.dir));
  return left;
}

interface OwnFolders {
  readonly dirs: UpState["dirs"];
  readonly libvirt: Pick<UpState["libvirt"], "kind">;
}

/** The same of an `up` that did not get as far as a state; our own libvirt, if it runs, has no guest yet. */
export async function removeUnfinished(layout: DataLayout): Promise<readonly string[]> {
  const kind = existsSync(layout.libvirt) ? "private" : "system";
  if (kind === "private") await stopPrivateLibvirt(layout.libvirt);
  const dirs = { pool: join(layout.libvirt, "images", "vmctl"), console: layout.console };
  return removeOwnFiles(layout, { dirs, libvirt: { kind } }, true);
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
