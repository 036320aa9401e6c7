import { KINDS } from "../../../resources/kinds.ts";
import type { Session } from "../connection/session.ts";
import type { Reference } from "../select/references.ts";
import { readManifests } from "./read-manifests.ts";

/** What manifests name, in the order of deletion: what refers to others goes before them. */
export async function manifestReferences(
  session: Session,
  files: readonly string[],
  recursive: boolean,
): Promise<Reference[]> {
  const manifests = await readManifests(files, { recursive, namespace: session.connection.namespace });
  const references = manifests.map(({ kind, object: { metadata } }) => {
    const namespace = metadata.namespace;
    return { kind, name: metadata.name, ...(namespace !== undefined && { namespace }) };
  });
  return references.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}
