import timers from "node:timers";

type Schedule = (...args: never[]) => NodeJS.Timeout;

/**
 * Remembers every setTimeout and setInterval that code under test makes, and where. Needed because the runner has
 * timers of its own among the process's, which come and go; it took its reference before this was installed.
 */
export class TimerTracker {
  readonly #made = new Map<NodeJS.Timeout, Error>();
  readonly #undo: (() => void)[] = [];

  install(): void {
    for (const name of ["setTimeout", "setInterval"] as const) {
      const original = timers[name];
      const remember = (timer: NodeJS.Timeout) => this.#made.set(timer, new Error(name));
      const tracked = (...args: never[]) => {
        const timer = (original as Schedule)(...args);
        remember(timer);
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
    for (const [timer, { message, stack }] of this.#made) {
      const isOver = (timer as unknown as { readonly _destroyed: boolean })._destroyed;
      if (isOver) this.#made.delete(timer);
      else if (timer.hasRef()) places.push(`${message} ${callerIn(stack ?? "")}`);
    }
    return places;
  }
}

/** The first line of the stack outside this file. */
function callerIn(stack: string): string {
  const calls = stack.split("\n").filter((line) => line.startsWith("    at "));
  return (calls.find((line) => !line.includes("timer-tracker")) ?? "").trim();
}
