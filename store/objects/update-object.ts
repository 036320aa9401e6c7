import { canonicalJson } from "../../resources/canonical-json.ts";
import { decodeStoredObject } from "../../resources/decode-object.ts";
import { specKey } from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import { formatProblem } from "../../resources/problem.ts";
import { OBJECT_LIMIT } from "../../resources/validate.ts";
import { heldBack } from "../held-back.ts";
import { type Rewritten, rewriteKey } from "../rewrite-key.ts";
import type { CallOptions, Compare, Entry, Store } from "../store.ts";
import { ObjectError } from "./object-error.ts";
import { labelOf, notFound, type ObjectRef, tailOfRef } from "./object-ref.ts";
import { sealedObject } from "./sealed-object.ts";

/** A pure function, called again when somebody else was faster. Returning its argument changes nothing. */
export type Mutate = (current: StoredObject, modRevision: number) => StoredObject;

export interface UpdateOptions extends CallOptions {
  /** Judge it all, write nothing. */
  readonly dryRun?: boolean;
}
export interface Updated extends Rewritten {
  /** Whether it differs from what stood there. */
  readonly changed: boolean;
  /** As it stands now; after a dry run, as it would. */
  readonly object: StoredObject;
}

/**
 * Guaranteed update of the spec key: every command that changes an object goes through here, so what may not change is
 * refused here. Identity (name, uid, creation) and a deletion stay whatever `mutate` says; `generation` moves by itself
 * when the spec does. Fails with NotFound, Malformed, Invalid, BeingDeleted, HeldBack, or what `mutate` throws.
 */
export async function updateObject(
  store: Store,
  ref: ObjectRef,
  mutate: Mutate,
  { dryRun = false, ...options }: UpdateOptions = {},
): Promise<Updated> {
  let done: { readonly object: StoredObject; readonly changed: boolean } | undefined;
  const next = async (entry: Entry | undefined) => {
    if (!entry) throw notFound(ref);
    const current = readStored(ref, entry);
    const wanted = sameIdentity(current, mutate(current, entry.modRevision));
    const object = withGeneration(
      current,
      await sealedObject(store, ref, { object: wanted, old: current.spec }, options),
    );
    done = { object, changed: canonicalJson(object) !== canonicalJson(current) };
    if (!done.changed) return undefined;
    const value = JSON.stringify(object);
    const compares = await judge(store, ref, { current, wanted: object, value }, options);
    return dryRun ? undefined : { value, compares };
  };
  const rewritten = await rewriteKey(store, specKey(tailOfRef(ref)), next, options);
  if (!done) throw notFound(ref);
  return { ...rewritten, ...done };
}

function readStored(ref: ObjectRef, entry: Entry): StoredObject {
  const decoded = decodeStoredObject(ref.kind)(specKey(tailOfRef(ref)), entry.value);
  if (!decoded.ok) throw new ObjectError("Malformed", `${labelOf(ref)} cannot be read: ${decoded.problem}`);
  return decoded.value;
}

function sameIdentity(current: StoredObject, wanted: StoredObject): StoredObject {
  const { name, namespace, uid, creationTimestamp, deletionTimestamp } = current.metadata;
  const fixed = {
    ...{ name, ...(namespace !== undefined && { namespace }), uid, creationTimestamp },
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
  };
  return { ...wanted, apiVersion: current.apiVersion, kind: current.kind, metadata: { ...wanted.metadata, ...fixed } };
}

function withGeneration(current: StoredObject, wanted: StoredObject): StoredObject {
  const { generation } = current.metadata;
  const next = isSameSpec(current, wanted) ? generation : generation + 1;
  return { ...wanted, metadata: { ...wanted.metadata, generation: next } };
}

const isSameSpec = (one: StoredObject, other: StoredObject): boolean =>
  canonicalJson(one.spec) === canonicalJson(other.spec);

interface Change {
  readonly current: StoredObject;
  readonly wanted: StoredObject;
  /** `wanted` as it would be stored. */
  readonly value: string;
}

/** What must still hold when it is written. */
async function judge(
  store: Store,
  ref: ObjectRef,
  { current, wanted, value }: Change,
  options: CallOptions,
): Promise<readonly Compare[]> {
  const since = current.metadata.deletionTimestamp;
  if (since !== undefined && !isSameSpec(current, wanted))
    throw new ObjectError("BeingDeleted", `${labelOf(ref)} is being deleted since ${since}: its spec cannot change`);
  const bytes = Buffer.byteLength(value);
  if (bytes > OBJECT_LIMIT)
    throw new ObjectError("Invalid", `${labelOf(ref)}: would have ${bytes} bytes: at most ${OBJECT_LIMIT}`);
  const decoded = decodeStoredObject(ref.kind)(specKey(tailOfRef(ref)), value);
  if (!decoded.ok) throw new ObjectError("Invalid", `${labelOf(ref)}: ${decoded.problem}`);
  const verdict = await heldBack(store, { kind: ref.kind, old: current, wanted }, options);
  if (!("problem" in verdict)) return verdict.compares;
  throw new ObjectError("HeldBack", `${labelOf(ref)}: ${formatProblem(verdict.problem)}`, verdict.problem);
}
