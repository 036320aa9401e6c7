import type { KindInfo } from "./kinds.ts";
import { ANNOTATION, API_VERSION, type StoredObject } from "./meta.ts";
import type { StatusRecord } from "./status-record.ts";

export interface Lost {
  readonly kind: KindInfo;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
  readonly record: StatusRecord;
  /** See timestamp(). */
  readonly now: string;
}

/**
 * The spec value that controllers take for an admitted object whose spec key is gone (S4), from what was accepted
 * last. The mark names the create revision that was admitted, so it is good for this one recovery. Pure.
 */
export function recoveredHead({ kind, namespace, name, uid, record, now }: Lost): StoredObject {
  const { labels, annotations, finalizers, ownerReferences, generation = 1, spec = {} } = record.accepted ?? {};
  const metadata = {
    name,
    ...(kind.namespaced && namespace !== undefined && { namespace }),
    ...(labels && { labels }),
    annotations: { ...annotations, [ANNOTATION.recover]: String(record.specCreateRevision) },
    ...(finalizers && { finalizers }),
    ...(ownerReferences && { ownerReferences }),
    uid,
    generation,
    creationTimestamp: now,
    ...(record.deletion && { deletionTimestamp: record.deletion.requestedAt }),
  };
  return { apiVersion: API_VERSION, kind: kind.kind, metadata, spec };
}
