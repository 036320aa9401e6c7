import timers from "node:timers";

/** Frames kept of each place: ours, the caller, and what a promise form puts between. */
const FRAMES = 8;
/** As many are kept before those that are over are looked for. */
const MANY = 500;

type Schedule = (...args: never[]) => NodeJS.Timeout;

/**
 * Remembers every setTimeout and setInterval that code under test makes, and where. Needed because the runner has
 * timers of its own among the process's, which come and go; it took its reference before this was installed.
 */
export class TimerTracker {
  readonly #made = new Map<NodeJS.Timeout, Error>();
  readonly #undo: (() => void)[] = [];
  #enough = MANY;

  install(): void {
    for (const name of ["setTimeout", "setInterval"] as const) {
      const original = timers[name];
      const tracked = (...args: never[]) => {
        const timer = (original as Schedule)(...args);
        this.#remember(timer, name);
        return timer;
      };
      // Keeps what hangs on the function: util.promisify reads the promise form from there.
      Object.defineProperties(tracked, Object.getOwnPropertyDescriptors(original));
      globalThis[name] = tracked as unknown as typeof setTimeout & typeof setInterval;
      this.#undo.push(() => {
        globalThis[name] = original as typeof setTimeout & typeof setInterval;
      });
    }
  }

  uninstall(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** Where each timer was made that still keeps the process alive. */
  pending(): string[] {
    const places: string[] = [];
    this.#forgetOver();
    // Only now: a stack becomes text, places in the source and all, when it is asked for.
    for (const [timer, place] of this.#made) {
      if (timer.hasRef()) places.push(`${place.message} ${callerIn(place.stack ?? "")}`);
    }
    return places;
  }

  #remember(timer: NodeJS.Timeout, name: string): void {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = FRAMES;
    this.#made.set(timer, new Error(name));
    Error.stackTraceLimit = limit;
    if (this.#made.size < this.#enough) return;
    this.#forgetOver();
    this.#enough = Math.max(MANY, 2 * this.#made.size);
  }

  #forgetOver(): void {
    for (const timer of this.#made.keys()) {
      if ((timer as unknown as { readonly _destroyed: boolean })._destroyed) this.#made.delete(timer);
    }
  }
}

/** The first line of the stack outside this file. */
function callerIn(stack: string): string {
  const calls = stack.split("\n").filter((line) => line.startsWith("    at "));
  return (calls.find((line) => !line.includes("timer-tracker")) ?? "").trim();
}
