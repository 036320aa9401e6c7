import type { LiveObject } from "../../../apply/plan-apply.ts";
import { canonicalJson } from "../../../resources/canonical-json.ts";
import type { StoredObject } from "../../../resources/meta.ts";
import { OWNED_METADATA, ownedPart, withOwnedPart } from "../../../resources/ownership/owned-document.ts";
import { formatProblem, type Problem } from "../../../resources/problem.ts";
import { validateManifest } from "../../../resources/validate.ts";
import { isOwnAnnotation, ownAnnotationMessage } from "./own-annotations.ts";
import { type ShownDocument, shownDocument } from "./shown-document.ts";

/** What a whole document in place of a stored object comes to. */
export type ChangedObject =
  | { readonly kind: "changed"; readonly object: StoredObject }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] }
  /** The document was made from another revision. */
  | { readonly kind: "stale"; readonly problem: Problem };

/**
 * The stored object as `wanted` says it shall be: a document like shownDocument's, from whoever changed that one.
 * Strict as a manifest is, but what nobody knew in the stored object before may stay in it. Identity that is left out is
 * the stored one's. Pure.
 */
export function changedObject(live: LiveObject, wanted: unknown): ChangedObject {
  const shown = shownDocument(live);
  const whole = withIdentity(shown, wanted);
  const fixed = fixedProblems(shown, whole);
  if (fixed.length > 0) return { kind: "refused", problems: fixed };
  const problems = [...newProblems(shown, whole), ...annotationProblems(shown, whole)];
  if (problems.length > 0) return { kind: "refused", problems };
  const { metadata, spec } = whole as ShownDocument;
  const stale = staleProblem(shown, metadata);
  if (stale) return { kind: "stale", problem: stale };
  return { kind: "changed", object: withOwnedPart(live.object, ownedPart({ metadata, spec })) };
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown, field: string): Fields => {
  const found = isFields(value) && Object.hasOwn(value, field) ? value[field] : undefined;
  return isFields(found) ? found : {};
};

const OWNED: readonly string[] = OWNED_METADATA;
/** Without these it would be no object, or a deletion taken back. */
const NEVER_FILLED: readonly string[] = ["name", "deletionTimestamp"];

function withIdentity(shown: ShownDocument, wanted: unknown): unknown {
  if (!isFields(wanted) || !isFields(wanted["metadata"])) return wanted;
  const kept = Object.entries(shown.metadata).filter(
    ([field]) => !OWNED.includes(field) && !NEVER_FILLED.includes(field),
  );
  return { ...wanted, metadata: { ...Object.fromEntries(kept), ...wanted["metadata"] } };
}

/** What is the object's for good, what is vmctl's to keep, and what controllers say. */
function fixedProblems(shown: ShownDocument, wanted: unknown): Problem[] {
  if (!isFields(wanted)) return [];
  const status = { path: ["status"], message: "is what controllers say: it cannot be set" };
  return [
    ...(Object.hasOwn(wanted, "status") ? [status] : []),
    ...(["apiVersion", "kind"] as const).flatMap((field) =>
      Object.hasOwn(wanted, field) && wanted[field] !== shown[field] ? [fixed([field], shown[field])] : [],
    ),
    ...(isFields(wanted["metadata"]) ? fixedMetadata(shown, wanted["metadata"]) : []),
  ];
}

function fixedMetadata(shown: ShownDocument, metadata: Fields): Problem[] {
  const kept = { path: ["metadata", "managedFields"], message: "is kept by vmctl: it cannot be set" };
  const changed = Object.entries(shown.metadata).filter(
    ([field, value]) =>
      !OWNED.includes(field) &&
      field !== "resourceVersion" &&
      canonicalJson(metadata[field] ?? null) !== canonicalJson(value),
  );
  const wrong = changed.map(([field, value]) => fixed(["metadata", field], value));
  return Object.hasOwn(metadata, "managedFields") ? [kept, ...wrong] : wrong;
}

const fixed = (path: Problem["path"], value: unknown): Problem => ({
  path,
  message: `cannot be changed (it is ${JSON.stringify(value)})`,
});

/** An unknown field that a newer vmctl has stored is no reason to refuse another change. */
function newProblems(shown: ShownDocument, wanted: unknown): Problem[] {
  const verdict = validateManifest(wanted);
  if (verdict.ok) return [];
  const before = validateManifest(shown);
  const known = new Set(before.ok ? [] : before.problems.map(identityOf));
  return verdict.problems.filter((problem) => !known.has(identityOf(problem)));
}

/** Items of a list may have changed places around it. */
const identityOf = (problem: Problem): string =>
  formatProblem({ ...problem, path: problem.path.map((step) => (typeof step === "number" ? 0 : step)) });

function annotationProblems(shown: ShownDocument, wanted: unknown): Problem[] {
  const [before, after] = [annotationsOf(shown), annotationsOf(wanted)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(isOwnAnnotation);
  return keys
    .filter((key) => before[key] !== after[key])
    .map((key) => ({ path: ["metadata", "annotations", key], message: ownAnnotationMessage(key) }));
}

const annotationsOf = (document: unknown): Fields => fieldsOf(fieldsOf(document, "metadata"), "annotations");

function staleProblem(shown: ShownDocument, { resourceVersion }: Fields): Problem | undefined {
  const now = shown.metadata["resourceVersion"];
  if (resourceVersion === now) return undefined;
  const message = `is ${resourceVersion}, but it was changed since and is ${now} now: get it again, or leave resourceVersion out`;
  return { path: ["metadata", "resourceVersion"], message };
}
