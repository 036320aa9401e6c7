/** A set of keys held in order, so that a prefix is a slice of it. */
export class SortedKeys {
  #keys: string[] = [];

  static from(keys: Iterable<string>): SortedKeys {
    const sorted = new SortedKeys();
    sorted.#keys = [...new Set(keys)].sort();
    return sorted;
  }

  add(key: string): void {
    const at = this.#firstNotBefore(key);
    if (this.#keys[at] !== key) this.#keys.splice(at, 0, key);
  }

  delete(key: string): void {
    const at = this.#firstNotBefore(key);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  /** A copy: later changes do not move it. */
  withPrefix(prefix: string): string[] {
    const found: string[] = [];
    for (let at = this.#firstNotBefore(prefix); at < this.#keys.length; at++) {
      const key = this.#keys[at];
      if (!key?.startsWith(prefix)) break;
      found.push(key);
    }
    return found;
  }

  #firstNotBefore(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
