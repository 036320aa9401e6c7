import { UsageError } from "../../config/usage-error.ts";
import type { ManifestFlags } from "../commands/manifest-flags.ts";

/** What `-f` named. UsageError when nothing is, and for `-k` with the pipe that does it. */
export function manifestFiles({ filename, kustomize }: ManifestFlags, command: string): readonly string[] {
  if (kustomize !== undefined)
    throw new UsageError(`kustomize is kubectl's: kubectl kustomize ${kustomize} | vmctl ${command} -f -`);
  if (!filename?.length) throw new UsageError(`which manifests? vmctl ${command} -f FILE`);
  return filename;
}
