import type { Command } from "commander";
import { UsageError } from "../../config/usage-error.ts";
import { resolveNamespace } from "../connection/resolve-connection.ts";
import type { FileFlags } from "./file-flags.ts";
import { parseSelection, type Selection } from "./references.ts";

/** What the words name, or the manifests of `-f`. UsageError for both; files that are not valid: CommandFailure. */
export async function readSelection(
  words: readonly string[],
  { filename, recursive = false }: FileFlags,
  command: Command,
): Promise<Selection> {
  if (!filename) return parseSelection(words);
  if (words.length > 0) throw new UsageError("give names or -f, not both");
  const { manifestReferences } = await import("../change/manifest-references.ts");
  const references = await manifestReferences(filename, { recursive, namespace: await resolveNamespace(command) });
  return { type: "objects", references };
}
