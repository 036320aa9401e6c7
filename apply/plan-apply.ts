import { canonicalJson } from "../resources/canonical-json.ts";
import type { StoredObject } from "../resources/meta.ts";
import { readManagedFields } from "../resources/ownership/managed-fields.ts";
import { type FieldConflict, mergeOwned, type Ownership } from "../resources/ownership/merge-owned.ts";
import { type OwnedDocument, ownedPart, ownedSchema, withOwnedPart } from "../resources/ownership/owned-document.ts";
import { withManagedFields } from "../resources/ownership/with-managed-fields.ts";
import type { Problem } from "../resources/problem.ts";
import { OBJECT_LIMIT } from "../resources/validate.ts";
import type { Manifest } from "./manifest.ts";

/** What applying a manifest comes to, given what stands there. Data: apply-object carries it out. */
export type ApplyPlan =
  | { readonly kind: "create"; readonly object: StoredObject }
  /** `isVisible` false: nothing people see changes, only who is known to have set it. */
  | { readonly kind: "update"; readonly object: StoredObject; readonly isVisible: boolean }
  | { readonly kind: "unchanged"; readonly object: StoredObject }
  | { readonly kind: "conflict"; readonly conflicts: readonly FieldConflict[] }
  | { readonly kind: "refused"; readonly problem: Problem };

export interface LiveObject {
  readonly object: StoredObject;
  readonly modRevision: number;
}
/** Who applies, when, and the uid for an object that is created now. */
export interface ApplyContext extends Ownership {
  readonly uid: string;
}

/** Pure. */
export function planApply(manifest: Manifest, live: LiveObject | undefined, context: ApplyContext): ApplyPlan {
  const problem = live ? liveProblem(manifest, live) : absentProblem(manifest);
  if (problem) return { kind: "refused", problem };
  const plan = live ? planUpdate(manifest, live.object, context) : planCreate(manifest, context);
  return plan.kind === "create" || plan.kind === "update" ? (sizeRefusal(plan.object) ?? plan) : plan;
}

/** A manifest that carries identity speaks of an object that exists. */
function absentProblem({ kind, object: { metadata } }: Manifest): Problem | undefined {
  for (const field of ["uid", "resourceVersion"] as const) {
    if (metadata[field] === undefined) continue;
    const message = `names an object that is gone: without it, a new ${kind.singular} is created`;
    return { path: ["metadata", field], message };
  }
  return undefined;
}

function liveProblem(
  { kind, object: { metadata } }: Manifest,
  { object, modRevision }: LiveObject,
): Problem | undefined {
  const { uid, deletionTimestamp } = object.metadata;
  if (metadata.uid !== undefined && metadata.uid !== uid)
    return { path: ["metadata", "uid"], message: `is not this ${kind.singular}'s, which is ${uid}: leave it out` };
  if (deletionTimestamp !== undefined)
    return {
      path: [],
      message: `is being deleted since ${deletionTimestamp}: apply again when it is gone (vmctl describe says what it waits for)`,
    };
  if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== String(modRevision)) {
    const message = `is ${metadata.resourceVersion}, but it was changed since and is ${modRevision} now: get it again, or leave resourceVersion out`;
    return { path: ["metadata", "resourceVersion"], message };
  }
  return undefined;
}

const NOTHING: OwnedDocument = { metadata: {}, spec: {} };

function planCreate({ kind, object }: Manifest, context: ApplyContext): ApplyPlan {
  const { name, namespace } = object.metadata;
  const merged = mergeOwned(ownedSchema(kind), { live: NOTHING, managed: [], wanted: ownedPart(object) }, context);
  if (merged.kind === "conflict") return merged;
  const { uid, now } = context;
  const identity = { name, ...(namespace !== undefined && { namespace }), uid, generation: 1, creationTimestamp: now };
  const bare: StoredObject = { apiVersion: object.apiVersion, kind: object.kind, metadata: identity, spec: {} };
  return { kind: "create", object: withManagedFields(withOwnedPart(bare, merged.document), merged.managed) };
}

function planUpdate({ kind, object: wanted }: Manifest, live: StoredObject, context: ApplyContext): ApplyPlan {
  const managed = readManagedFields(live.metadata.managedFields);
  const before = ownedPart(live);
  const merged = mergeOwned(ownedSchema(kind), { live: before, managed, wanted: ownedPart(wanted) }, context);
  if (merged.kind === "conflict") return merged;
  const { document } = merged;
  const isVisible = !isEqual(ownedPart(document), before);
  if (!isVisible && isEqual(merged.managed, managed)) return { kind: "unchanged", object: live };
  const { generation } = live.metadata;
  const isSameSpec = isEqual(document.spec, live.spec);
  const metadata = { ...live.metadata, generation: isSameSpec ? generation : generation + 1 };
  const object = isVisible ? withOwnedPart({ ...live, metadata }, document) : live;
  return { kind: "update", object: withManagedFields(object, merged.managed), isVisible };
}

const isEqual = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

function sizeRefusal(object: StoredObject): ApplyPlan | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(object));
  if (bytes <= OBJECT_LIMIT) return undefined;
  const message = `would have ${bytes} bytes with what others have set: at most ${OBJECT_LIMIT}`;
  return { kind: "refused", problem: { path: [], message } };
}
