import type { StoredHead } from "../../resources/decode-object.ts";
import { specKey } from "../../resources/keys.ts";
import { ANNOTATION } from "../../resources/meta.ts";
import { DEFAULT_NAMESPACE, Namespace } from "../../resources/namespace.ts";
import type { Cascade } from "../../resources/status-record.ts";
import { type Clock, timestamp } from "../../runtime/clock.ts";
import type { Rewritten } from "../rewrite-key.ts";
import { rewriteKey } from "../rewrite-key.ts";
import type { CallOptions, Entry, Store } from "../store.ts";
import { ObjectError } from "./object-error.ts";
import { labelOf, notFound, type ObjectRef, readHead, tailOfRef } from "./object-ref.ts";
import { recoverHead } from "./recover-object.ts";
import { refuseInUse } from "./refuse-in-use.ts";

export interface DeletionOptions extends CallOptions {
  /** Only the object with this uid. */
  readonly uid?: string;
  /** Instances: replaces `spec.terminationGracePeriodSeconds` for this one deletion. */
  readonly gracePeriodSeconds?: number;
  /** What becomes of the objects it owns; absent: background, or whatever a deletion under way says. */
  readonly cascade?: Cascade;
}

interface Request {
  readonly ref: ObjectRef;
  readonly options: DeletionOptions;
  readonly now: string;
}

/**
 * Sets `metadata.deletionTimestamp`; controllers do the rest. Asking twice is fine (`wrote` is false, unless the
 * grace period changed). An object whose spec key vanished (S4) gets one again that says: delete. An object whose
 * spec is nonsense can be deleted all the same.
 * Fails with NotFound, DeletionProtected (namespace `default` is too), InUse (a hypervisor with instances), BeingDeleted
 * (already, with another cascade), Malformed.
 */
export function requestDeletion(
  store: Store,
  clock: Clock,
  ref: ObjectRef,
  options: DeletionOptions = {},
): Promise<Rewritten> {
  const request = { ref, options, now: timestamp(clock) };
  if (ref.kind === Namespace && ref.name === DEFAULT_NAMESPACE)
    return Promise.reject(
      new ObjectError("DeletionProtected", `${labelOf(ref)} cannot be deleted: delete what is in it`),
    );
  const next = async (entry: Entry | undefined) => {
    const head = entry && readHead(ref, entry);
    if (head?.metadata.deletionTimestamp === undefined) await refuseInUse(store, ref, options);
    return head ? { value: JSON.stringify(marked(request, head)) } : specOfVanished(store, request);
  };
  return rewriteKey(store, specKey(tailOfRef(ref)), next, options);
}

function marked({ ref, options, now }: Request, head: StoredHead): StoredHead {
  const { uid } = head.metadata;
  if (options.uid !== undefined && options.uid !== uid) throw notFound(ref, options.uid);
  if (isProtected(head.spec))
    throw new ObjectError(
      "DeletionProtected",
      `${labelOf(ref)} is protected: set spec.deletionProtection to false first`,
    );
  return withGrace({ ...head, metadata: asked(ref, head.metadata, options.cascade, now) }, options.gracePeriodSeconds);
}

/** How a deletion treats what the object owns is said once, with the deletion (S3). */
function asked(
  ref: ObjectRef,
  metadata: StoredHead["metadata"],
  cascade: Cascade | undefined,
  now: string,
): StoredHead["metadata"] {
  const { [ANNOTATION.cascade]: said, ...others } = metadata.annotations ?? {};
  if (metadata.deletionTimestamp === undefined) {
    const annotations = cascade && cascade !== "background" ? { ...others, [ANNOTATION.cascade]: cascade } : others;
    const { annotations: _old, ...rest } = metadata;
    return { ...rest, ...(Object.keys(annotations).length > 0 && { annotations }), deletionTimestamp: now };
  }
  if (cascade === undefined || cascade === (said ?? "background")) return metadata;
  const message = `${labelOf(ref)} is being deleted already, with --cascade=${said ?? "background"}`;
  throw new ObjectError("BeingDeleted", message);
}

const isProtected = (spec: unknown): boolean =>
  (spec as { deletionProtection?: unknown } | null)?.deletionProtection === true;

function withGrace(head: StoredHead, seconds: number | undefined): StoredHead {
  const spec = head.spec as Readonly<Record<string, unknown>>;
  if (seconds === undefined || head.kind !== "Instance" || spec["terminationGracePeriodSeconds"] === seconds)
    return head;
  const metadata = { ...head.metadata, generation: head.metadata.generation + 1 };
  return { ...head, metadata, spec: { ...spec, terminationGracePeriodSeconds: seconds } };
}

async function specOfVanished(store: Store, request: Request) {
  const { ref, options, now } = request;
  const vanished = await recoverHead(store, ref, { now, signal: options.signal });
  if (!vanished) throw notFound(ref, options.uid);
  return { value: JSON.stringify(marked(request, vanished.head)), compares: vanished.compares };
}
