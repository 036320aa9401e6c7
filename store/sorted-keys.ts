/** A full chunk is cut in two. A move within one is some microseconds, and a hundred thousand keys are some hundreds of chunks. */
const MAX_CHUNK = 512;

/**
 * A set of keys held in order, so that a prefix is a slice of it. In chunks: a key more or less moves those of one chunk,
 * not all behind it.
 */
export class SortedKeys {
  /** None is empty; all keys of one come before those of the next. */
  #chunks: string[][] = [];

  static from(keys: Iterable<string>): SortedKeys {
    const sorted = new SortedKeys();
    const all = [...new Set(keys)].sort();
    for (let at = 0; at < all.length; at += MAX_CHUNK / 2) sorted.#chunks.push(all.slice(at, at + MAX_CHUNK / 2));
    return sorted;
  }

  add(key: string): void {
    const at = this.#chunkFor(key);
    const chunk = this.#chunks[at];
    if (!chunk) return void this.#chunks.push([key]);
    const place = firstNotBefore(chunk, key);
    if (chunk[place] === key) return;
    chunk.splice(place, 0, key);
    if (chunk.length > MAX_CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(MAX_CHUNK / 2));
  }

  delete(key: string): void {
    const at = this.#chunkFor(key);
    const chunk = this.#chunks[at] ?? [];
    const place = firstNotBefore(chunk, key);
    if (chunk[place] !== key) return;
    chunk.splice(place, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** A copy: later changes do not move it. */
  withPrefix(prefix: string): string[] {
    const found: string[] = [];
    const first = this.#chunkFor(prefix);
    for (let at = first; at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] ?? [];
      for (let place = at === first ? firstNotBefore(chunk, prefix) : 0; place < chunk.length; place++) {
        const key = chunk[place];
        if (!key?.startsWith(prefix)) return found;
        found.push(key);
      }
    }
    return found;
  }

  /** The last chunk that begins with the key or before it: where the key is, or is to be. */
  #chunkFor(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunks[middle]?.[0] ?? "") <= key) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

function firstNotBefore(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
