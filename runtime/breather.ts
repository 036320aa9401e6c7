/**
 * Gives answers, heartbeats and timers their turn. A pass that finds all it needs in memory ends without waiting for
 * anything, and ten thousand of them in line would be one long turn: nothing that comes from outside is heard meanwhile.
 */
export class Breather {
  readonly #every: number;
  #count = 0;
  #turn: Promise<void> | undefined;

  /** `every`: how many steps are one turn at most; callers that share it breathe together. */
  constructor(every: number) {
    this.#every = every;
  }

  /** To be awaited after each step; undefined: go on. */
  step(): Promise<void> | undefined {
    this.#count += 1;
    if (this.#turn || this.#count < this.#every) return this.#turn;
    this.#turn = new Promise((resolve) => {
      setImmediate(() => {
        this.#turn = undefined;
        this.#count = 0;
        resolve();
      });
    });
    return this.#turn;
  }
}
