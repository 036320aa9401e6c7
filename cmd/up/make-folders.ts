import { chown, mkdir, stat } from "node:fs/promises";
import type { DataLayout } from "./data-layout.ts";
import type { Invoker } from "./invoker.ts";

/**
 * QEMU's user must pass through to the private libvirt's disks; only `images` is for others to write: for the user behind
 * sudo, `before` being the one of the `up` before.
 */
export async function makeFolders(layout: DataLayout, { uid, gid }: Invoker, before?: Invoker): Promise<void> {
  await mkdir(layout.dir, { recursive: true, mode: 0o755 });
  for (const dir of [layout.certificates, layout.run, layout.node]) await mkdir(dir, { recursive: true, mode: 0o700 });
  await mkdir(layout.logs, { recursive: true, mode: 0o755 });
  const made = await mkdir(layout.images, { recursive: true, mode: 0o755 });
  // One that was there may be somebody else's, who chose its owner.
  const isOurs = made !== undefined || (await stat(layout.images)).uid === before?.uid;
  if (isOurs) await chown(layout.images, uid, gid);
}
