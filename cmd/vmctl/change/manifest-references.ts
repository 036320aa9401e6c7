import { KINDS } from "../../../resources/kinds.ts";
import type { Reference } from "../select/references.ts";
import { readManifests } from "./read-manifests.ts";

/** What manifests name, in the order of deletion: what refers to others goes before them. */
export async function manifestReferences(
  files: readonly string[],
  options: { readonly recursive: boolean; readonly namespace: string },
): Promise<Reference[]> {
  const manifests = await readManifests(files, options);
  const references = manifests.map(({ kind, object: { metadata } }) => {
    const namespace = metadata.namespace;
    return { kind, name: metadata.name, ...(namespace !== undefined && { namespace }) };
  });
  return references.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}
