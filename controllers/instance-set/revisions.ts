import { revisionKey } from "../../resources/keys.ts";
import { revisionName, type TemplateRevision } from "../../resources/template-revision.ts";
import type { Write } from "../../store/store.ts";
import type { TransactionPart } from "../../store/transaction-part.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import type { SetInForce } from "./instance-set.ts";

const DEFAULT_LIMIT = 10;

/** What is on record of a set. */
export interface KnownRevisions {
  /** Those that can be read, the newest last. */
  readonly known: readonly TemplateRevision[];
  /** The highest number that is taken, readable or not. */
  readonly last: number;
}

const prefixOf = (uid: string): string => revisionKey(uid, 0).slice(0, -1);

/** Keys of all records, readable or not. */
export const revisionKeys = (view: ClusterView, uid: string): string[] => [
  ...view.keysUnder(prefixOf(uid)),
  ...view.malformedUnder(prefixOf(uid)),
];

export function readRevisions(view: ClusterView, uid: string): KnownRevisions {
  const known = [...view.all("revision", prefixOf(uid))].map(({ value }) => value);
  const numbers = revisionKeys(view, uid).map((key) => Number(key.slice(prefixOf(uid).length)) || 0);
  return { known: known.sort((a, b) => a.number - b.number), last: Math.max(0, ...numbers) };
}

export interface RevisionPlan {
  /** Of the present template. */
  readonly name: string;
  readonly part: TransactionPart;
}

/**
 * The record of the present template, written before anything is made from it: new, or, of one that was there before,
 * under a new number. Old ones over the limit go, unless an instance still has them (`inUse`, by name). Pure.
 */
export function planRevisions(
  set: SetInForce,
  { known, last }: KnownRevisions,
  { inUse, now }: { readonly inUse: ReadonlySet<string>; readonly now: string },
): RevisionPlan {
  const { template, revisionHistoryLimit: limit = DEFAULT_LIMIT } = set.spec;
  const name = revisionName(set.name, template);
  const newest = known.at(-1);
  const others = known.filter((revision) => revision.name !== name);
  const old = others.filter((revision) => !inUse.has(revision.name));
  const gone = old.slice(0, Math.max(0, old.length - limit)).map(removal);
  if (newest?.name === name) return { name, part: { compares: [], writes: gone } };
  const number = last + 1;
  const before = known.filter((revision) => revision.name === name);
  const record: TemplateRevision = { uid: set.uid, name, number, createdAt: now, template };
  const key = revisionKey(set.uid, number);
  const put: Write = { op: "put", key, value: JSON.stringify(record) };
  return { name, part: { compares: [{ key, absent: true }], writes: [put, ...before.map(removal), ...gone] } };
}

const removal = ({ uid, number }: TemplateRevision): Write => ({ op: "delete", key: revisionKey(uid, number) });
