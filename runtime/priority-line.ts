/** Keys in line: the highest priority first, equal ones in the order in which they came. A key stands in it once. */
export class PriorityLine {
  readonly #priorityOf: (key: string) => number;
  /** Not empty, by priority. */
  readonly #rows = new Map<number, Set<string>>();
  readonly #rowOf = new Map<string, number>();
  #highest = Number.NEGATIVE_INFINITY;

  constructor(priorityOf: (key: string) => number) {
    this.#priorityOf = priorityOf;
  }

  get size(): number {
    return this.#rowOf.size;
  }

  add(key: string): void {
    if (this.#rowOf.has(key)) return;
    const priority = this.#priorityOf(key);
    this.#rowOf.set(key, priority);
    const row = this.#rows.get(priority);
    if (row) row.add(key);
    else this.#rows.set(priority, new Set([key]));
    this.#highest = Math.max(this.#highest, priority);
  }

  /** Takes the first one out; undefined when nobody stands in line. */
  shift(): string | undefined {
    const row = this.#rows.get(this.#highest);
    const [key] = row ?? [];
    if (row === undefined || key === undefined) return undefined;
    row.delete(key);
    this.#rowOf.delete(key);
    if (row.size === 0) this.#dropRow(this.#highest);
    return key;
  }

  clear(): void {
    this.#rows.clear();
    this.#rowOf.clear();
    this.#highest = Number.NEGATIVE_INFINITY;
  }

  #dropRow(priority: number): void {
    this.#rows.delete(priority);
    this.#highest = Math.max(Number.NEGATIVE_INFINITY, ...this.#rows.keys());
  }
}
