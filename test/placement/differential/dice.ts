/** Choices by a seeded generator. */
export class Dice {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** From `least` to `most`. */
  number(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  one<T>(values: readonly T[]): T {
    const value = values[this.number(0, values.length - 1)];
    if (value === undefined) throw new Error("nothing to choose from");
    return value;
  }

  /** Each with the probability. */
  some<T>(values: readonly T[], probability: number): T[] {
    return values.filter(() => this.chance(probability));
  }

  /** `count` different ones, or all. */
  sample<T>(values: readonly T[], count: number): T[] {
    const left = [...values];
    const taken: T[] = [];
    while (taken.length < count && left.length > 0) taken.push(...left.splice(this.number(0, left.length - 1), 1));
    return taken;
  }
}
