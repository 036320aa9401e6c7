import { uidKey } from "../../resources/keys.ts";
import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import { asSeen } from "./commit.ts";
import type { InstanceFacts } from "./instance-facts.ts";

/**
 * S1: the uid is recorded with the status that admits it. One that is already recorded for this object is left as it
 * is: then only the status was lost.
 */
export function admittedUidPart({ tail, status, owner }: InstanceFacts, uid: string): TransactionPart {
  if (status?.value.uid !== undefined) return emptyPart;
  const key = uidKey(uid);
  return {
    compares: [asSeen(key, owner)],
    writes: owner ? [] : [{ op: "put", key, value: JSON.stringify({ tail }) }],
  };
}
