import { watch } from "node:fs";
import { chmod, chown, readdir } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { Invoker } from "./invoker.ts";

const CONSOLE = /\.console\.log(\.\d+)?$/;

/**
 * Lets the user who asked for this control plane read what his guests print: libvirt makes the files for root alone.
 * Returns a function that ends it. A file that went away meanwhile is nobody's loss.
 */
export async function keepConsolesReadable(dir: string, { gid }: Invoker, log: Log): Promise<() => void> {
  const share = async (name: string) => {
    if (!CONSOLE.test(name)) return;
    const path = join(dir, name);
    await chown(path, 0, gid);
    await chmod(path, 0o640);
  };
  const tryToShare = (name: string) =>
    share(name).catch((error: unknown) => log.debug({ error: messageOf(error) }, "console not shared"));
  const watcher = watch(dir, (event, name) => {
    if (event === "rename" && name) void tryToShare(name);
  });
  watcher.on("error", (error) => log.warn({ error: messageOf(error) }, "consoles are not watched any more"));
  for (const name of await readdir(dir)) await tryToShare(name);
  return () => watcher.close();
}
