/**
 * Bounds on the work for one query. A step is one provider looked at or tried for a group, well below a microsecond.
 * The amounts of real clusters (10,000 hosts, some groups, some ways per host) stay far below; what passes them is
 * hostile, or asks for all of an astronomical number of ways.
 */
export const MAX_STEPS = 2_000_000;
/** Without a further answer on one tree; then the other trees have their turn. */
const MAX_STEPS_OF_TREE = 50_000;
export const MAX_ANSWERS = 100_000;

export class Budget {
  #left = MAX_STEPS;
  #leftOfTree = MAX_STEPS_OF_TREE;
  #cut = false;

  /** Some tree, or the rest, was given up: there may be more answers than were found. */
  get cut(): boolean {
    return this.#cut;
  }
  get spent(): boolean {
    return this.#left <= 0;
  }

  nextTree(): void {
    this.#leftOfTree = MAX_STEPS_OF_TREE;
  }

  answered(): void {
    this.#leftOfTree = MAX_STEPS_OF_TREE;
  }

  /** False: stop with this tree. */
  step(count = 1): boolean {
    this.#left -= count;
    this.#leftOfTree -= count;
    if (this.#left > 0 && this.#leftOfTree > 0) return true;
    this.#cut = true;
    return false;
  }

  giveUp(): void {
    this.#cut = true;
  }
}
