import { decodeStatusRecord } from "../../resources/decode-object.ts";
import { specKey, statusKey } from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import { formatProblem } from "../../resources/problem.ts";
import { newObject } from "../new-object.ts";
import { type Rewritten, rewriteKey } from "../rewrite-key.ts";
import type { CallOptions, Compare, Entry, Store } from "../store.ts";
import { ObjectError } from "./object-error.ts";
import { labelOf, type ObjectRef, tailOfRef } from "./object-ref.ts";
import { sealedObject } from "./sealed-object.ts";

export interface CreateOptions extends CallOptions {
  /** Only look whether it could be written. */
  readonly dryRun?: boolean;
}

/**
 * Writes the spec key of an object that is not there. Fails with AlreadyExists, also when only the spec key of an
 * admitted object is lost (S4): a new one in its place would never be accepted (S2).
 */
export function createObject(
  store: Store,
  ref: ObjectRef,
  object: StoredObject,
  { dryRun = false, ...options }: CreateOptions = {},
): Promise<Rewritten> {
  const next = async (entry: Entry | undefined) => {
    if (entry) throw new ObjectError("AlreadyExists", `${labelOf(ref)} already exists`);
    const verdict = await newObject(store, { kind: ref.kind, object }, options);
    if ("problem" in verdict)
      throw new ObjectError("HeldBack", `${labelOf(ref)}: ${formatProblem(verdict.problem)}`, verdict.problem);
    const compares = [await unclaimed(store, ref, options), ...verdict.compares];
    const value = JSON.stringify(await sealedObject(store, ref, { object }, options));
    return dryRun ? undefined : { value, compares };
  };
  return rewriteKey(store, specKey(tailOfRef(ref)), next, options);
}

/** That nobody was admitted under the name, as it was seen. */
async function unclaimed(store: Store, ref: ObjectRef, options: CallOptions): Promise<Compare> {
  const key = statusKey(tailOfRef(ref));
  const entry = await store.get(key, options);
  if (!entry) return { key, absent: true };
  const decoded = decodeStatusRecord(ref.kind)(key, entry.value);
  if (!decoded.ok || decoded.value.uid === undefined) return { key, modRevision: entry.modRevision };
  const message = `${labelOf(ref)} already exists, but its spec is lost: vmctl recover ${labelOf(ref)} writes it again`;
  throw new ObjectError("AlreadyExists", message);
}
