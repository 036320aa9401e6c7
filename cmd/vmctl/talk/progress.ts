import type { Clock } from "../../../runtime/clock.ts";
import { printable } from "../output/cell.ts";

export interface TerminalLike {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A last line on the terminal that says what is being waited for, when the command takes its time. */
export interface Progress {
  /** Shows `what` while `work` goes on, from a second after the command began; `what` is asked each time anew. */
  during<T>(what: () => string, work: Promise<T>): Promise<T>;
  /** Takes the line away before something else is written; it comes back by itself. */
  hide(): void;
}

export const noProgress: Progress = { during: (_, work) => work, hide: () => {} };

/** Commands that take less than this show nothing. */
const PATIENCE_MS = 1_000;
/** Work that is done at once does not make the terminal flicker. */
const LEAST_MS = 100;
const REFRESH_MS = 500;
const CLEAR = "\r\x1b[K";

/** Draws on `terminal`; nothing of it is left when the work is done. */
export const showProgress = (terminal: TerminalLike, clock: Clock): Progress => new ProgressLine(terminal, clock);

class ProgressLine implements Progress {
  readonly #terminal: TerminalLike;
  readonly #clock: Clock;
  readonly #began: number;
  /** What goes on, in the order it began: the first one is shown. */
  readonly #open = new Map<symbol, () => string>();
  #isDrawn = false;
  #cancel: (() => void) | undefined;

  constructor(terminal: TerminalLike, clock: Clock) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#began = clock.monotonic();
  }

  async during<T>(what: () => string, work: Promise<T>): Promise<T> {
    const id = Symbol("work");
    this.#open.set(id, what);
    this.#plan(LEAST_MS);
    try {
      return await work;
    } finally {
      this.#open.delete(id);
      if (this.#open.size === 0) this.#stop();
    }
  }

  hide(): void {
    if (this.#isDrawn) this.#terminal.write(CLEAR);
    this.#isDrawn = false;
  }

  #plan(ms: number): void {
    const patience = this.#began + PATIENCE_MS - this.#clock.monotonic();
    this.#cancel ??= this.#clock.after(Math.max(ms, patience), () => {
      this.#cancel = undefined;
      this.#draw();
      this.#plan(REFRESH_MS);
    });
  }

  #draw(): void {
    const [what] = this.#open.values();
    if (!what) return;
    const seconds = Math.floor((this.#clock.monotonic() - this.#began) / 1000);
    const text = printable(`${what()} … ${seconds} s`);
    this.#terminal.write(CLEAR + text.slice(0, (this.#terminal.columns ?? 80) - 1));
    this.#isDrawn = true;
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.hide();
  }
}
