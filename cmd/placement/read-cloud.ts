import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { messageOf } from "../../runtime/errors.ts";
import { UsageError } from "../config/usage-error.ts";
import { type Cloud, parseCloud } from "./parse-cloud.ts";

/** Others may read it, or the group may write it. A group that may read is how a service gets at its secret. */
const TOO_OPEN = 0o027;
const MAX_BYTES = 1_048_576;

/** The cloud of a clouds.yaml. UsageError for a file that is missing, too open, or not understood. */
export async function readCloud(path: string, name: string | undefined): Promise<Cloud> {
  const { parseYaml } = await import("../config/yaml-text.ts");
  const cloud = parseCloud(path, parseYaml(path, await readSecretFile(path)), name);
  return cloud.cacert === undefined ? cloud : { ...cloud, cacert: resolve(dirname(path), cloud.cacert) };
}

/** Mode and contents are of one and the same file, whatever is renamed meanwhile. */
async function readSecretFile(path: string): Promise<string> {
  const file = await open(path).catch((error: unknown) => {
    throw new UsageError(`cannot read the file that placement-auth names: ${messageOf(error)}`, { cause: error });
  });
  try {
    const { mode, size } = await file.stat();
    const shown = (mode & 0o777).toString(8).padStart(4, "0");
    if ((mode & TOO_OPEN) !== 0)
      throw new UsageError(`${path} holds a secret and has mode ${shown}: chmod 600 (or 640, for a group) it`);
    if (size > MAX_BYTES) throw new UsageError(`${path}: ${size} bytes are too many for a clouds.yaml`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}
