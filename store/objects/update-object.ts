import { canonicalJson } from "../../resources/canonical-json.ts";
import { decodeStoredObject, storedSpecProblem } from "../../resources/decode-object.ts";
import { specKey } from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import { type Rewritten, rewriteKey } from "../rewrite-key.ts";
import type { CallOptions, Entry, Store } from "../store.ts";
import { ObjectError } from "./object-error.ts";
import { labelOf, notFound, type ObjectRef, tailOfRef } from "./object-ref.ts";

/** A pure function, called again when somebody else was faster. Returning its argument changes nothing. */
export type Mutate = (current: StoredObject) => StoredObject;

/**
 * Guaranteed update of the spec key. Identity (name, uid, creation) cannot be changed by it; `generation` moves by
 * itself when the spec does. Fails with NotFound, Malformed, Invalid, or what `mutate` throws.
 */
export function updateObject(
  store: Store,
  ref: ObjectRef,
  mutate: Mutate,
  options: CallOptions = {},
): Promise<Rewritten> {
  const next = (entry: Entry | undefined) => {
    if (!entry) throw notFound(ref);
    const current = readStored(ref, entry);
    return { value: JSON.stringify(checked(ref, sealed(current, mutate(current)))) };
  };
  return rewriteKey(store, specKey(tailOfRef(ref)), next, options);
}

function readStored(ref: ObjectRef, entry: Entry): StoredObject {
  const decoded = decodeStoredObject(ref.kind)(specKey(tailOfRef(ref)), entry.value);
  if (!decoded.ok) throw new ObjectError("Malformed", `${labelOf(ref)} cannot be read: ${decoded.problem}`);
  return decoded.value;
}

function sealed(current: StoredObject, wanted: StoredObject): StoredObject {
  const { name, namespace, uid, creationTimestamp, generation } = current.metadata;
  const isSameSpec = canonicalJson(current.spec) === canonicalJson(wanted.spec);
  const fixed = { name, ...(namespace !== undefined && { namespace }), uid, creationTimestamp };
  const metadata = { ...wanted.metadata, ...fixed, generation: isSameSpec ? generation : generation + 1 };
  return { ...wanted, apiVersion: current.apiVersion, kind: current.kind, metadata };
}

function checked(ref: ObjectRef, wanted: StoredObject): StoredObject {
  const problem = storedSpecProblem(ref.kind, wanted.spec);
  if (problem !== undefined) throw new ObjectError("Invalid", `${labelOf(ref)}: ${problem}`);
  return wanted;
}
