import { UsageError } from "../../config/usage-error.ts";

const ESC = "\u001b[";
/** Lines longer than the screen is wide are cut by the terminal itself while this is off. */
const WRAP_OFF = `${ESC}?7l`;
const WRAP_ON = `${ESC}?7h`;

export interface Screen {
  readonly isTTY?: boolean;
  readonly rows?: number;
  write(text: string): unknown;
}

/** UsageError where a picture cannot be drawn over: a pipe, a file, a terminal that knows no sequences. */
export function requireTerminal(stream: { readonly isTTY?: boolean }, term = process.env["TERM"]): void {
  if (stream.isTTY && term !== "dumb") return;
  throw new UsageError("--live draws on a terminal, and standard output is none: use -w");
}

/** A picture of some lines, drawn again in its own place; what stood above it stays. */
export class LiveScreen {
  readonly #stream: Screen;
  #drawn: readonly string[] = [];

  constructor(stream: Screen) {
    this.#stream = stream;
  }

  /** Nothing is written when it would look the same. More lines than fit end with how many are missing. */
  draw(lines: readonly string[]): void {
    const fitting = cutToHeight(lines, (this.#stream.rows ?? 24) - 1);
    if (fitting.join("\n") === this.#drawn.join("\n")) return;
    const up = this.#drawn.length > 0 ? `${ESC}${this.#drawn.length}A` : "";
    this.#stream.write(`${WRAP_OFF}${up}\r${ESC}J${fitting.map((line) => `${line}\n`).join("")}${WRAP_ON}`);
    this.#drawn = fitting;
  }
}

function cutToHeight(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const shown = Math.max(1, rows - 1);
  return [...lines.slice(0, shown), `… and ${lines.length - shown} more`];
}
