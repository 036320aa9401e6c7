import { emptyPart, joinParts, type TransactionPart } from "../../store/transaction-part.ts";
import type { ClusterView } from "./cluster-view.ts";
import { asSeen } from "./commit.ts";

/** The group of selectors that ask for no label's value: everybody of the namespace is concerned. */
export const EVERYBODY = "*";

/** The group of those that carry a label. */
export const labelGroup = (key: string, value: string): string => `${key}=${value}`;

/** A transaction takes 96 compares (store.ts, `TooLarge`); the rest of a bind needs less than a third of them. */
export const MAX_GROUPS = 64;

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
