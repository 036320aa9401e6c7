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
  const joined = new JoinedParts();
  for (const part of parts) joined.add(part);
  return joined.part();
}

/** joinParts for a part that grows: each addition costs what is added. */
export class JoinedParts {
  readonly #compares = new Map<string, Compare>();
  readonly #writes = new Map<string, Write>();

  add({ compares, writes }: TransactionPart): void {
    for (const compare of compares) this.#compares.set(identityOf(compare), compare);
    for (const write of writes) this.#writes.set(write.key, write);
  }

  get size(): { readonly compares: number; readonly writes: number } {
    return { compares: this.#compares.size, writes: this.#writes.size };
  }

  hasWrite(key: string): boolean {
    return this.#writes.has(key);
  }

  /** How many compares and writes there would be with one part more. */
  sizeWith({ compares, writes }: TransactionPart): { readonly compares: number; readonly writes: number } {
    const moreCompares = compares.filter((compare) => !this.#compares.has(identityOf(compare))).length;
    const moreWrites = writes.filter(({ key }) => !this.#writes.has(key)).length;
    return { compares: this.#compares.size + moreCompares, writes: this.#writes.size + moreWrites };
  }

  part(): Transaction {
    return { compares: [...this.#compares.values()], writes: [...this.#writes.values()] };
  }
}

/** Equal for equal compares. */
function identityOf(compare: Compare): string {
  if ("modRevision" in compare) return `m${compare.modRevision} ${compare.key}`;
  if ("noneAfter" in compare) return `n${compare.noneAfter} ${compare.key}`;
  return "absent" in compare ? `a ${compare.key}` : `c${compare.createRevision} ${compare.key}`;
}
