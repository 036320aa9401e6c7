import { access, constants, readdir } from "node:fs/promises";
import { join } from "node:path";

/** A kernel to boot in the probe: the one configured, else the newest by name in /boot that may be read. */
export async function findProbeKernel(configured: string | undefined, bootDir = "/boot"): Promise<string | undefined> {
  const names = await readdir(bootDir).catch(() => []);
  const compare = new Intl.Collator("en", { numeric: true }).compare;
  const installed = names.filter((name) => /^vmlinu[xz]-\d/.test(name)).sort((a, b) => compare(b, a));
  const candidates = [...(configured ? [configured] : []), ...installed.map((name) => join(bootDir, name))];
  for (const path of candidates) if (await isReadable(path)) return path;
  return undefined;
}

const isReadable = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
