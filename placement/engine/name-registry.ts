interface Entry {
  readonly made: boolean;
  /** Providers that have it. */
  readonly uses: number;
}

/**
 * Custom names that are known: made by somebody, or used by a provider (hypervisors bring their own). In the order in
 * which they became known.
 */
export class NameRegistry {
  readonly #names = new Map<string, Entry>();

  has(name: string): boolean {
    return this.#names.has(name);
  }

  all(): Iterable<string> {
    return this.#names.keys();
  }

  setMade(name: string, made: boolean): void {
    this.#change(name, (entry) => ({ ...entry, made }));
  }

  /** A provider has these now and had those before. What it keeps keeps its place in the order. */
  move(before: Iterable<string>, after: Iterable<string>): void {
    for (const name of after) this.#change(name, (entry) => ({ ...entry, uses: entry.uses + 1 }));
    for (const name of before) this.#change(name, (entry) => ({ ...entry, uses: entry.uses - 1 }));
  }

  #change(name: string, change: (entry: Entry) => Entry): void {
    const entry = change(this.#names.get(name) ?? { made: false, uses: 0 });
    if (entry.made || entry.uses > 0) this.#names.set(name, entry);
    else this.#names.delete(name);
  }
}
