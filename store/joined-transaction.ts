import type { Compare, Entry, Outcome, Transaction } from "./store.ts";

type Stale = Extract<Outcome, { kind: "stale" }>;

/** Far below what etcd takes: one that is longer makes everybody in it wait longer. */
export const MOST_JOINED = 64;
const MOST_CHARACTERS = 128 * 1024;

/**
 * How many of these, from the first on, may be one transaction: as if they had come one after the other. So no key that
 * one writes is written or compared by another, and what compares a prefix goes alone. At least 1. Pure.
 */
export function joinableCount(transactions: readonly Transaction[]): number {
  const keys = { written: new Set<string>(), compared: new Set<string>() };
  let size = { compares: 0, writes: 0, characters: 0 };
  for (const [index, transaction] of transactions.entries()) {
    const next = plus(size, transaction);
    if (index > 0 && (isTooLong(next) || meets(transaction, keys))) return index;
    if (comparesPrefix(transaction)) return Math.max(1, index);
    size = next;
    for (const { key } of transaction.compares) keys.compared.add(key);
    for (const { key } of transaction.writes) keys.written.add(key);
  }
  return transactions.length;
}

interface Size {
  readonly compares: number;
  readonly writes: number;
  readonly characters: number;
}

function plus(size: Size, { compares, writes }: Transaction): Size {
  let { characters } = size;
  for (const write of writes) characters += write.key.length + (write.op === "put" ? write.value.length : 0);
  return { compares: size.compares + compares.length, writes: size.writes + writes.length, characters };
}

const isTooLong = ({ compares, writes, characters }: Size): boolean =>
  Math.max(compares, writes) > MOST_JOINED || characters > MOST_CHARACTERS;

const comparesPrefix = ({ compares }: Transaction): boolean => compares.some((compare) => "noneAfter" in compare);

interface Keys {
  readonly written: ReadonlySet<string>;
  readonly compared: ReadonlySet<string>;
}

const meets = ({ compares, writes }: Transaction, { written, compared }: Keys): boolean =>
  compares.some(({ key }) => written.has(key)) || writes.some(({ key }) => written.has(key) || compared.has(key));

/**
 * What a joined transaction that was stale says of one in it: its own answer, or undefined when all that it compares
 * holds. Pure.
 */
export function staleFor({ compares }: Transaction, { revision, current }: Stale): Stale | undefined {
  if (compares.every((compare) => holds(compare, current.get(compare.key)))) return undefined;
  return { kind: "stale", revision, current: new Map(compares.map(({ key }) => [key, current.get(key)])) };
}

/** To etcd the revisions of an absent key are 0. */
function holds(compare: Compare, entry: Entry | undefined): boolean {
  if ("modRevision" in compare) return (entry?.modRevision ?? 0) === compare.modRevision;
  if ("noneAfter" in compare) return (entry?.modRevision ?? 0) <= compare.noneAfter;
  return (entry?.createRevision ?? 0) === ("createRevision" in compare ? compare.createRevision : 0);
}
