import { decodeStatusRecord, decodeStoredHead, type StoredHead } from "../../resources/decode-object.ts";
import { objectTail, specKey, statusKey } from "../../resources/keys.ts";
import type { KindInfo } from "../../resources/kinds.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import type { CallOptions, Entry, Store } from "../store.ts";
import { ObjectError } from "./object-error.ts";

/** Which object. `namespace` is ignored for cluster-wide kinds. */
export interface ObjectRef {
  readonly kind: KindInfo;
  readonly namespace: string | undefined;
  readonly name: string;
}

export const tailOfRef = ({ kind, namespace, name }: ObjectRef): string => objectTail(kind, namespace, name);

/** `instance/web-1`, for messages. */
export const labelOf = ({ kind, name }: ObjectRef): string => `${kind.singular}/${name}`;

/** The spec value as it stands. Malformed when it is no object of this kind and name. */
export function readHead(ref: ObjectRef, entry: Entry): StoredHead {
  const head = decodeStoredHead(ref.kind)(specKey(tailOfRef(ref)), entry.value);
  if (!head.ok)
    throw new ObjectError("Malformed", `${labelOf(ref)} cannot be read: ${head.problem}. ${remedy(entry.key)}`);
  return head.value;
}

/** Nothing of ours writes over what it cannot read (S8), a deletion included: it may be the only copy. */
const remedy = (key: string): string => `Put ${key} right with etcdctl, or remove it there`;

/** What controllers admitted under this name, with its key's revision; `undefined` when nothing readable is there. */
export async function readAdmitted(
  store: Store,
  ref: ObjectRef,
  options: CallOptions = {},
): Promise<{ readonly record: StatusRecord; readonly uid: string; readonly entry: Entry } | undefined> {
  const entry = await store.get(statusKey(tailOfRef(ref)), options);
  const decoded = entry && decodeStatusRecord(ref.kind)(entry.key, entry.value);
  if (!entry || !decoded?.ok || decoded.value.uid === undefined) return undefined;
  return { record: decoded.value, uid: decoded.value.uid, entry };
}

export const notFound = (ref: ObjectRef, uid?: string): ObjectError =>
  new ObjectError("NotFound", `${labelOf(ref)}${uid === undefined ? "" : ` with uid ${uid}`} not found`);
