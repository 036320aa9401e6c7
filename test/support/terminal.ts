import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { eventually } from "./eventually.ts";

/** A program on a terminal of its own (util-linux' `script`): it sees a TTY on all three streams. */
export class Terminal {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;
  #shown = "";

  /** `command` is a line for sh. */
  constructor(command: string, environment: Readonly<Record<string, string>>) {
    this.#child = spawn("script", ["-qec", command, "/dev/null"], { env: { ...environment } });
    this.#child.stdout.on("data", (chunk: Buffer) => {
      this.#shown += chunk.toString();
    });
    this.#ended = new Promise((resolve) => this.#child.once("close", () => resolve()));
  }

  /** Everything written so far, as the terminal got it. */
  get shown(): string {
    return this.#shown;
  }

  async showing(text: string): Promise<void> {
    await eventually(() => this.#shown.includes(text), { deadlineMs: 30_000, everyMs: 10 });
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** Resolves when the program has ended, with all that it showed. */
  async end(): Promise<string> {
    await this.#ended;
    this.#child.stdin.end();
    return this.#shown;
  }
}
