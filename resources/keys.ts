import type { KindInfo } from "./kinds.ts";

/**
 * Where everything lives in etcd, relative to the root (architecture section 2). The one place that spells keys.
 */
export const PREFIX = {
  spec: "spec/",
  status: "status/",
  uids: "uids/",
  assigned: "assigned/",
  observed: "observed/",
  alive: "alive/",
  placement: "placement/",
  /** Turnstiles: see quotaKey and groupKey. */
  quota: "placement/quota/",
  groups: "placement/groups/",
  revisions: "revisions/",
  applysets: "applysets/",
  reviews: "reviews/",
  reviewAnswers: "review-answers/",
  events: "events/",
  elections: "elections/",
  /** Lies between spec/ and status/ in name only: everybody who applies reads it. */
  sealing: "sealing/",
  vault: "vault/",
} as const;

/** The part that spec and status keys of one object share: `ns/default/instances/web-1`, `cluster/images/tiny`. */
export function objectTail(kind: KindInfo, namespace: string | undefined, name: string): string {
  return kind.namespaced ? `ns/${namespace}/${kind.plural}/${name}` : `cluster/${kind.plural}/${name}`;
}

/** Inverse of objectTail; `undefined` for anything of another form. */
export function parseTail(tail: string): { namespace?: string; plural: string; name: string } | undefined {
  const parts = tail.split("/");
  const [scope, first, second, third] = parts;
  if (scope === "cluster" && parts.length === 3 && first && second) return { plural: first, name: second };
  if (scope === "ns" && parts.length === 4 && first && second && third)
    return { namespace: first, plural: second, name: third };
  return undefined;
}

export const specKey = (tail: string) => `spec/${tail}`;
export const statusKey = (tail: string) => `status/${tail}`;
export const uidKey = (uid: string) => `uids/${uid}`;
/** Prefix of all objects of a kind, in one namespace or (namespace absent) wherever they are. */
export const kindPrefix = (kind: KindInfo, namespace: string): string =>
  kind.namespaced ? `ns/${namespace}/${kind.plural}/` : `cluster/${kind.plural}/`;

export const assignedHostKey = (host: string) => `assigned/${host}/host`;
export const assignedInstanceKey = (host: string, uid: string) => `assigned/${host}/instances/${uid}`;
/** user-data and friends of one instance, by digest; under the uid so that they go with it. */
export const assignedDataKey = (host: string, uid: string, digest: string) => `assigned/${host}/data/${uid}/${digest}`;
export const observedHostKey = (host: string) => `observed/${host}/host`;
export const observedInstanceKey = (host: string, uid: string) => `observed/${host}/instances/${uid}`;
export const aliveKey = (host: string) => `alive/${host}`;
/** Templates of the InstanceSet with this uid, one key each. */
export const revisionKey = (uid: string, number: number) => `revisions/${uid}/${number}`;
/** One key per object and reason: repeated events are counted, so an object's events stay bounded. */
export const eventKey = (uid: string, reason: string) => `events/${uid}/${reason}`;
export const electionKey = (name: string) => `elections/${name}`;
/** Which objects belong to an ApplySet, and who may apply it now. */
export const applySetKey = (name: string) => `applysets/${name}/members`;
export const applySetLockKey = (name: string) => `applysets/${name}/lock`;
/** Public halves of the keys that Secrets are sealed with, and what opens them: no user reads the vault. */
export const sealingKeyKey = (id: string) => `sealing/${id}`;
export const vaultKey = (id: string) => `vault/${id}`;
/** A PlacementReview, and what the scheduler says to it. */
export const reviewKey = (id: string) => `reviews/${id}`;
export const reviewAnswerKey = (id: string) => `review-answers/${id}`;
/**
 * Turnstiles: keys without a meaning of their own, compared and written anew by whoever decides by what the others of a
 * namespace hold, so that of several who decided on one picture only one gets through.
 */
export const quotaKey = (namespace: string) => `${PREFIX.quota}${namespace}`;
/** `group`: what its members have in common, such as a label. */
export const groupKey = (namespace: string, group: string) =>
  `${PREFIX.groups}${namespace}/${encodeURIComponent(group)}`;
