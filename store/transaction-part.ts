import type { Compare, Transaction, Write } from "./store.ts";

/** Compares and writes that belong into a larger transaction. Several are joined before one commit. */
export interface TransactionPart {
  readonly compares: readonly Compare[];
  readonly writes: readonly Write[];
}

export const emptyPart: TransactionPart = { compares: [], writes: [] };

/**
 * One transaction out of parts. Equal compares are merged; a later put of a key replaces an earlier one (so
 * several parts may touch one usage key only if the later was computed from the earlier).
 */
export function joinParts(...parts: readonly TransactionPart[]): Transaction {
  const compares = new Map<string, Compare>();
  const writes = new Map<string, Write>();
  for (const part of parts) {
    for (const compare of part.compares) compares.set(JSON.stringify(compare), compare);
    for (const write of part.writes) writes.set(write.key, write);
  }
  return { compares: [...compares.values()], writes: [...writes.values()] };
}
