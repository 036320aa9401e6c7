import { uidKey } from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import type { StatusRecord, UidRecord } from "../../resources/status-record.ts";
import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import type { ClusterView, Seen } from "./cluster-view.ts";
import { asSeen } from "./commit.ts";

/** Who owns the uid that is, or would be, admitted with an object. */
export function recordedUid(
  view: ClusterView,
  spec: { readonly value: StoredObject } | undefined,
  status: { readonly value: StatusRecord } | undefined,
): Seen<UidRecord> | undefined {
  const uid = status?.value.uid ?? spec?.value.metadata.uid;
  return uid ? view.uid(uid) : undefined;
}

interface Admitted {
  readonly tail: string;
  readonly status: { readonly value: StatusRecord } | undefined;
  readonly owner: Seen<UidRecord> | undefined;
}

/**
 * S1: the uid is recorded with the status that admits it. One that is recorded already is left as it is: it is this
 * object's, or its identity were refused, and then only the status was lost.
 */
export function admittedUidPart({ tail, status, owner }: Admitted, uid: string): TransactionPart {
  if (status?.value.uid !== undefined) return emptyPart;
  const key = uidKey(uid);
  return {
    compares: [asSeen(key, owner)],
    writes: owner ? [] : [{ op: "put", key, value: JSON.stringify({ tail }) }],
  };
}
