import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";

export interface CliResult {
  /** Exit status; -1 when a signal ended it. */
  readonly status: number;
  readonly out: string;
  readonly err: string;
}
export interface CliOptions {
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const start = join(import.meta.dirname, "../../bin/start.cjs");
const built = join(import.meta.dirname, "../../dist/main.js");

/** The built command line, run as a user would: a process of its own, no terminal, an environment of its own. */
export class Cli {
  protected readonly environment: Readonly<Record<string, string>>;
  readonly #running = new Set<RunningCli>();

  constructor(environment: Readonly<Record<string, string>>) {
    if (!existsSync(built)) throw new Error(`${built} is missing: npm run build`);
    const { PATH = "" } = process.env;
    this.environment = { PATH, HOME: "/nonexistent", ...environment };
  }

  async run(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    return this.start(words, options).ended;
  }

  /** Standard output; fails unless the status is 0. */
  async out(...words: string[]): Promise<string> {
    const { status, out, err } = await this.run(words);
    if (status !== 0) throw new Error(`vmctl ${words.join(" ")} ended with ${status}: ${err}`);
    return out;
  }

  start(words: readonly string[], { stdin, environment }: CliOptions = {}): RunningCli {
    const child = spawn(process.execPath, [start, ...words], { env: { ...this.environment, ...environment } });
    child.stdin.on("error", () => {});
    child.stdin.end(stdin ?? "");
    const running = new RunningCli(child);
    this.#running.add(running);
    return running;
  }

  /** Ends what a failed test has left running. */
  async stop(): Promise<void> {
    for (const running of this.#running) await running.kill();
    this.#running.clear();
  }
}

export class RunningCli {
  readonly #child: ChildProcess;
  readonly ended: Promise<CliResult>;
  #out = "";
  #err = "";

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on("data", (chunk: Buffer) => {
      this.#out += chunk.toString();
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#err += chunk.toString();
    });
    this.ended = new Promise((resolve) => {
      child.once("close", (code) => resolve({ status: code ?? -1, out: this.#out, err: this.#err }));
    });
  }

  get lines(): string[] {
    return this.#out.split("\n").slice(0, -1);
  }

  /** The lines so far, once there are so many. */
  async linesFrom(count: number): Promise<string[]> {
    await eventually(() => this.lines.length >= count, { deadlineMs: 20_000 });
    return this.lines;
  }

  /** Once standard error holds the text. */
  async complaining(text: string): Promise<void> {
    await eventually(() => this.#err.includes(text), { deadlineMs: 20_000 });
  }

  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill("SIGKILL");
    await this.ended;
  }

  /** Nobody reads its output any more. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
  }
}
