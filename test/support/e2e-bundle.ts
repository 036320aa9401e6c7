import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

/**
 * The programs as they are now, built beside the test, so that a rebuild of `dist/` meanwhile changes nothing; or those
 * that VMCTL_TEST_MAIN names.
 */
export async function buildPrograms(dir: string): Promise<string> {
  const given = process.env["VMCTL_TEST_MAIN"];
  if (given) return given;
  await run(process.execPath, [join(root, "hack/build.mjs"), "--out", dir]);
  await writeFile(join(dir, "package.json"), '{"type":"module"}\n');
  return join(dir, "main.js");
}

/** `tiny`: a bootable guest of a few MB. `debian`: the real thing, with cloud-init. See hack/images/README.md. */
export async function guestImage(name: "tiny" | "debian"): Promise<string> {
  const { stdout } = await run(join(root, "hack/images", name));
  return stdout.trim();
}

export const tinyImage = (): Promise<string> => guestImage("tiny");
