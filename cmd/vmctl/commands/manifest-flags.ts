import type { Command } from "commander";
import { collect } from "../../config/collect.ts";

export interface ManifestFlags {
  readonly filename?: readonly string[];
  readonly kustomize?: string;
  readonly recursive?: boolean;
}

/** `-f`, `-k` and `-R`: which manifests. */
export function addManifestFlags(command: Command): Command {
  return command
    .option(
      "-f, --filename <file>",
      "file, directory or URL of manifests; may be repeated, - is standard input",
      collect,
    )
    .option("-k, --kustomize <dir>", "says how: kustomize is kubectl's")
    .option("-R, --recursive", "directories below directories too");
}
