import type { Cached, Informer } from "./informer-contract.ts";

/** Keys of an informer's entries by a term computed from the entry. Follows the informer until `stop`. */
export interface Index {
  /** In key order; empty for an unknown term. */
  keys(term: string): readonly string[];
  terms(): Iterable<string>;
  stop(): void;
}

/**
 * Subscribe it before any handler that reads it: handlers run in the order of subscription, so the index then
 * stands where the picture stands.
 */
export function indexBy<T>(informer: Informer<T>, termsOf: (cached: Cached<T>) => readonly string[]): Index {
  const keysByTerm = new Map<string, Set<string>>();
  const termsByKey = new Map<string, readonly string[]>();
  const update = (key: string): void => {
    for (const term of termsByKey.get(key) ?? []) {
      keysByTerm.get(term)?.delete(key);
      if (keysByTerm.get(term)?.size === 0) keysByTerm.delete(term);
    }
    const cached = informer.get(key);
    const terms = cached ? [...new Set(termsOf(cached))] : [];
    if (terms.length > 0) termsByKey.set(key, terms);
    else termsByKey.delete(key);
    for (const term of terms) keysByTerm.set(term, (keysByTerm.get(term) ?? new Set()).add(key));
  };
  for (const { key } of informer.entries()) update(key);
  return {
    keys: (term) => [...(keysByTerm.get(term) ?? [])].sort(),
    terms: () => keysByTerm.keys(),
    stop: informer.onChange(update),
  };
}
