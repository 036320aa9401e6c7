import type { LiveObject } from "../../../apply/plan-apply.ts";

/** An object as people change it: without what vmctl keeps for itself, and without what controllers say of it. */
export interface ShownDocument {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: unknown;
}

/** `modRevision` 0: it stands nowhere yet. */
export function shownDocument({ object, modRevision }: LiveObject): ShownDocument {
  const { managedFields: _kept, ...metadata } = object.metadata;
  const lock = modRevision === 0 ? {} : { resourceVersion: String(modRevision) };
  return { apiVersion: object.apiVersion, kind: object.kind, metadata: { ...metadata, ...lock }, spec: object.spec };
}
