import { systemClock } from "../../runtime/clock.ts";

/** Steps as a person sees them: a line when one is through, with how long it took; on a terminal also while it runs. */
export class Progress {
  readonly #write: (text: string) => void;
  readonly #live: boolean;
  #began = systemClock.monotonic();
  #open = false;

  constructor(output: NodeJS.WriteStream) {
    this.#write = (text) => void output.write(text);
    this.#live = output.isTTY === true;
  }

  begin(step: string): void {
    this.#began = systemClock.monotonic();
    this.note(step, "…");
  }

  /** What the step waits for just now; nothing where lines cannot be written over. */
  note(step: string, waitsFor: string): void {
    if (!this.#live) return;
    this.#write(`${this.#open ? "\r\u001b[2K" : ""}  ${step.padEnd(12)}${waitsFor}`);
    this.#open = true;
  }

  done(step: string, outcome: string): void {
    const seconds = (systemClock.monotonic() - this.#began) / 1000;
    const time = seconds >= 1 ? ` (${seconds.toFixed(1)} s)` : "";
    this.#write(`${this.#open ? "\r\u001b[2K" : ""}  ${step.padEnd(12)}${outcome}${time}\n`);
    this.#open = false;
  }

  /** Leaves what was said last and ends its line. */
  end(): void {
    if (this.#open) this.#write("\n");
    this.#open = false;
  }
}
