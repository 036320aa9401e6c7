import { emptyPart, joinParts, type TransactionPart } from "../../store/transaction-part.ts";
import type { ClusterView } from "./cluster-view.ts";
import { asSeen } from "./commit.ts";

/** Decided by what others hold: nobody else went through since we looked, and nobody who looked with us will. */
export function passTurnstile(view: ClusterView, key: string): TransactionPart {
  return joinParts(seenTurnstile(view, key), { compares: [], writes: [{ op: "put", key, value: "{}" }] });
}

/** What is about to change may be what others decide by: it goes through if there is a turnstile, and none may appear. */
export function passIfThere(view: ClusterView, key: string): TransactionPart {
  return view.revisionOf(key) === 0 ? seenTurnstile(view, key) : passTurnstile(view, key);
}

function seenTurnstile(view: ClusterView, key: string): TransactionPart {
  const modRevision = view.revisionOf(key);
  return { ...emptyPart, compares: [asSeen(key, modRevision === 0 ? undefined : { modRevision })] };
}
