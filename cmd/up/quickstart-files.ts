import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../runtime/errors.ts";
import type { DataLayout } from "./data-layout.ts";
import { MACHINE } from "./find-place.ts";
import { packageRoot } from "./package-root.ts";
import { removeIfEmpty } from "./remove-if-empty.ts";
import type { Staying } from "./remove-own-files.ts";

const FOLDER = ".vmctl";
const KEY = join(FOLDER, "quickstart_ed25519");
const LOG = join(FOLDER, "quickstart.log");
const MANIFEST = join("manifests", "quickstart", "hello.yaml");
/** Its first lines say so; one that was written by somebody else does not. */
const BY_QUICKSTART = "Written by hack/quickstart";

/**
 * What hack/quickstart made in this checkout for the control plane in `layout`: a key pair, its log, the manifest with
 * the public half. Its control plane is this machine's; of any other nothing lies there.
 */
export async function quickstartFiles({ dir }: DataLayout, root = packageRoot()): Promise<readonly string[]> {
  if (dir !== MACHINE) return [];
  const files = [KEY, `${KEY}.pub`, LOG].map((name) => join(root, name)).filter(existsSync);
  const manifest = join(root, MANIFEST);
  const text = await readFile(manifest, "utf8").catch(() => "");
  return text.includes(BY_QUICKSTART) ? [...files, manifest] : files;
}

/**
 * Removes them; gives, in words, what is left. With a guest that could not be removed and may run on, all but the log
 * stays: nothing else lets anybody into it.
 */
export async function removeQuickstartFiles(
  layout: DataLayout,
  stays: Staying,
  root = packageRoot(),
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const path of await quickstartFiles(layout, root)) {
    if (stays === "records" && path !== join(root, LOG)) {
      left.push(`${path}, which the guest that is left may need`);
      continue;
    }
    const problem = await rm(path).then(() => undefined, messageOf);
    if (problem !== undefined) left.push(`${path}: ${problem}`);
  }
  if (layout.dir === MACHINE) await removeIfEmpty(join(root, FOLDER));
  return left;
}
