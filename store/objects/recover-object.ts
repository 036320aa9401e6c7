import type { StoredHead } from "../../resources/decode-object.ts";
import { specKey } from "../../resources/keys.ts";
import { ANNOTATION, type Metadata } from "../../resources/meta.ts";
import { recoveredHead } from "../../resources/recovered-head.ts";
import { type Clock, timestamp } from "../../runtime/clock.ts";
import { type Rewritten, rewriteKey } from "../rewrite-key.ts";
import type { CallOptions, Compare, Entry, Store } from "../store.ts";
import { ObjectError } from "./object-error.ts";
import { labelOf, notFound, type ObjectRef, readAdmitted, readHead, tailOfRef } from "./object-ref.ts";

/**
 * `vmctl recover`: makes what stands under the spec key the admitted object again. A key that vanished is written
 * from what was accepted last; one that was removed and written again is marked as meant. The mark names the create
 * revision that was admitted, so it is good for this one recovery.
 * Fails with NotFound when nothing was admitted under the name, NothingToRecover when all is in order.
 */
export function recoverObject(
  store: Store,
  clock: Clock,
  ref: ObjectRef,
  options: CallOptions = {},
): Promise<Rewritten> {
  const next = async (entry: Entry | undefined) => {
    const recovered = await recoverHead(store, ref, { now: timestamp(clock), signal: options.signal });
    if (!recovered) throw notFound(ref);
    if (!entry) return { value: JSON.stringify(recovered.head), compares: recovered.compares };
    if (entry.createRevision === recovered.specCreateRevision)
      throw new ObjectError("NothingToRecover", `${labelOf(ref)} is as it was admitted: nothing to recover`);
    const value = JSON.stringify(rejoined(readHead(ref, entry), recovered.head));
    return { value, compares: recovered.compares };
  };
  return rewriteKey(store, specKey(tailOfRef(ref)), next, options);
}

export interface RecoveredHead {
  readonly head: StoredHead;
  readonly specCreateRevision: number;
  /** That what was admitted is still this. */
  readonly compares: readonly Compare[];
}

/** The admitted object as a spec value that controllers take for it; `undefined` when nothing was admitted. */
export async function recoverHead(
  store: Store,
  ref: ObjectRef,
  { now, signal }: { readonly now: string; readonly signal: AbortSignal | undefined },
): Promise<RecoveredHead | undefined> {
  const admitted = await readAdmitted(store, ref, signal ? { signal } : {});
  if (!admitted) return undefined;
  const { record, uid, entry } = admitted;
  const head = recoveredHead({ ...ref, uid, record, now });
  const { specCreateRevision } = record;
  return { head, specCreateRevision, compares: [{ key: entry.key, modRevision: entry.modRevision }] };
}

/** What somebody wrote in its place keeps its content and gets the admitted identity. */
function rejoined(present: StoredHead, admitted: StoredHead): StoredHead {
  const recover = admitted.metadata.annotations?.[ANNOTATION.recover] ?? "";
  const metadata: Metadata = {
    ...present.metadata,
    ...(admitted.metadata.uid !== undefined && { uid: admitted.metadata.uid }),
    annotations: { ...present.metadata.annotations, [ANNOTATION.recover]: recover },
  };
  return { ...present, metadata: metadata as StoredHead["metadata"] };
}
