import { revisionKey } from "../../resources/keys.ts";
import { revisionName, type TemplateRevision } from "../../resources/template-revision.ts";
import type { Write } from "../../store/store.ts";
import type { TransactionPart } from "../../store/transaction-part.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import type { SetInForce } from "./instance-set.ts";

const DEFAULT_LIMIT = 10;

export const revisionsKeyPrefix = (uid: string): string => revisionKey(uid, 0).replace(/0$/, "");

/** What is on record of a set, the newest last. */
export const readRevisions = (view: ClusterView, uid: string): TemplateRevision[] =>
  [...view.all("revision", revisionsKeyPrefix(uid))].map(({ value }) => value).sort((a, b) => a.number - b.number);

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
  known: readonly TemplateRevision[],
  { inUse, now }: { readonly inUse: ReadonlySet<string>; readonly now: string },
): RevisionPlan {
  const { template, revisionHistoryLimit: limit = DEFAULT_LIMIT } = set.spec;
  const name = revisionName(set.name, template);
  const newest = known.at(-1);
  const others = known.filter((revision) => revision.name !== name);
  const old = others.filter((revision) => !inUse.has(revision.name));
  const gone = old.slice(0, Math.max(0, old.length - limit)).map(removal);
  if (newest?.name === name) return { name, part: { compares: [], writes: gone } };
  const number = (newest?.number ?? 0) + 1;
  const before = known.filter((revision) => revision.name === name);
  const record: TemplateRevision = { uid: set.uid, name, number, createdAt: now, template };
  const key = revisionKey(set.uid, number);
  const put: Write = { op: "put", key, value: JSON.stringify(record) };
  return { name, part: { compares: [{ key, absent: true }], writes: [put, ...before.map(removal), ...gone] } };
}

const removal = ({ uid, number }: TemplateRevision): Write => ({ op: "delete", key: revisionKey(uid, number) });
