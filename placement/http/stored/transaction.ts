import type { Compare, Transaction, Write } from "../../../store/store.ts";
import { providerKey, usageKey } from "../../embedded/keys.ts";
import { conflict } from "../../engine/problems.ts";
import type { RecordChange } from "../../engine/records.ts";
import { keyOf, storedText, structureKey } from "./record-keys.ts";

/** The revision under which a key was seen: 0 for none, `undefined` for one that cannot be read. */
export type Revisions = (key: string) => number | undefined;

/**
 * The transaction that writes changes if nothing that they were decided on has changed since. What was looked at follows
 * from what is written:
 * - a record that is written was read; of a provider its record and its usage are always read together, and an
 *   allocation is judged by those it takes from or leaves, all of whose usages it writes;
 * - whether a name is taken, known, or in use is decided by records that are not written: whoever makes, changes or
 *   removes providers or names therefore writes one key besides, which lets such writes only come one by one.
 */
export function transactionOf(changes: readonly RecordChange[], revisions: Revisions): Transaction {
  const changesStructure = changes.some(({ kind }) => kind === "provider" || kind === "class" || kind === "trait");
  const keys = new Set([...changes.flatMap(readWith), ...(changesStructure ? [structureKey] : [])]);
  const writes = changes.map(writeOf);
  return {
    compares: [...keys].map((key) => compareOf(key, revisions(key))),
    writes: changesStructure ? [...writes, { op: "put", key: structureKey, value: STRUCTURE }] : writes,
  };
}

export const STRUCTURE = JSON.stringify({ holds: "a Placement of its own, served by vmctl" });

function readWith(change: RecordChange): readonly string[] {
  if (change.kind === "provider") return [providerKey(change.uuid), usageKey(change.uuid)];
  return change.kind === "usage" ? [providerKey(change.provider), usageKey(change.provider)] : [keyOf(change)];
}

function writeOf(change: RecordChange): Write {
  const [key, value] = [keyOf(change), storedText(change)];
  return value === undefined ? { op: "delete", key } : { op: "put", key, value };
}

function compareOf(key: string, modRevision: number | undefined): Compare {
  if (modRevision === undefined) throw conflict(`the record under ${key} cannot be read: it has to be mended first`);
  return modRevision === 0 ? { key, absent: true } : { key, modRevision };
}
