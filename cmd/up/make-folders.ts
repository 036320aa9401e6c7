import { chown, mkdir } from "node:fs/promises";
import type { DataLayout } from "./data-layout.ts";
import type { Invoker } from "./invoker.ts";

/** QEMU's user must pass through to the private libvirt's disks; only `images` is for others to write. */
export async function makeFolders(layout: DataLayout, { uid, gid }: Invoker): Promise<void> {
  await mkdir(layout.dir, { recursive: true, mode: 0o755 });
  for (const dir of [layout.certificates, layout.run, layout.node]) await mkdir(dir, { recursive: true, mode: 0o700 });
  await mkdir(layout.logs, { recursive: true, mode: 0o755 });
  const made = await mkdir(layout.images, { recursive: true, mode: 0o755 });
  // One that was there may be somebody else's, who chose its owner.
  if (made !== undefined) await chown(layout.images, uid, gid);
}
