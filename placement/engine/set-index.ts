const NOTHING: ReadonlySet<never> = new Set<never>();

/** Key -> set of values; a key without values takes no room. Sets keep the order in which values came. */
export class SetIndex<V> {
  readonly #sets = new Map<string, Set<V>>();

  get(key: string): ReadonlySet<V> {
    return this.#sets.get(key) ?? NOTHING;
  }

  has(key: string): boolean {
    return this.#sets.has(key);
  }

  add(key: string, value: V): void {
    const set = this.#sets.get(key);
    if (set) set.add(value);
    else this.#sets.set(key, new Set([value]));
  }

  remove(key: string, value: V): void {
    const set = this.#sets.get(key);
    if (set?.delete(value) && set.size === 0) this.#sets.delete(key);
  }

  /** Moves a value from the keys it had to those it has now. */
  move(value: V, before: Iterable<string>, after: Iterable<string>): void {
    const kept = new Set(after);
    for (const key of before) if (!kept.has(key)) this.remove(key, value);
    for (const key of kept) this.add(key, value);
  }
}
