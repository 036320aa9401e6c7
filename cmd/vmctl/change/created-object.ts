import type { Manifest } from "../../../apply/manifest.ts";
import type { ManifestProblem } from "../../../apply/manifest-problem.ts";
import type { StoredObject } from "../../../resources/meta.ts";
import { ownedPart, withOwnedPart } from "../../../resources/ownership/owned-document.ts";
import { recordUpdate } from "../../../resources/ownership/record-update.ts";

export interface Birth {
  readonly uid: string;
  /** Who makes it: all its fields are theirs. */
  readonly manager: string;
  /** See timestamp(). */
  readonly now: string;
}

/** The object that a manifest makes when none of its name is there. Pure. */
export function createdObject({ kind, object }: Manifest, { uid, manager, now }: Birth): StoredObject {
  const { name, namespace } = object.metadata;
  const identity = { name, ...(namespace !== undefined && { namespace }), uid, generation: 1, creationTimestamp: now };
  const before: StoredObject = { apiVersion: object.apiVersion, kind: object.kind, metadata: identity, spec: {} };
  return recordUpdate(kind, { before, after: withOwnedPart(before, ownedPart(object)) }, { manager, now });
}

/** What only an object that exists already can have. */
export function identityProblems({ object: { metadata }, placeOf }: Manifest): ManifestProblem[] {
  return (["uid", "resourceVersion"] as const)
    .filter((field) => metadata[field] !== undefined)
    .map((field) => {
      const path = ["metadata", field];
      return { path, message: "is given to an object when it is created: leave it out", place: placeOf(path) };
    });
}
