import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One of our programs as a process of its own. Its output of all runs together is kept. */
export class E2eProgram {
  readonly name: string;
  readonly #command: readonly string[];
  #child: ChildProcess | undefined;
  #log = "";

  constructor(name: string, command: readonly string[]) {
    this.name = name;
    this.#command = command;
  }

  get log(): string {
    return this.#log;
  }

  get running(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  start(): void {
    if (this.running) throw new Error(`${this.name} runs already`);
    const [program = "", ...words] = this.#command;
    const child = spawn(program, words, { env: cleanEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
    const keep = (chunk: Buffer): void => {
      this.#log = (this.#log + chunk.toString()).slice(-400_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    process.once("exit", this.#killNow);
    this.#child = child;
  }

  /** What an administrator does: SIGTERM. Answers the exit status. */
  terminate(): Promise<number> {
    return this.#end("SIGTERM");
  }

  /** Like a crash. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** SIGSTOP: it neither answers nor closes anything. */
  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<number> {
    const child = this.#child;
    process.removeListener("exit", this.#killNow);
    if (!child || !this.running) return child?.exitCode ?? -1;
    const ended = once(child, "close");
    child.kill(signal);
    await ended;
    return child.exitCode ?? -1;
  }

  readonly #killNow = (): void => {
    this.#child?.kill("SIGKILL");
  };
}

/** Runs to its end; a status other than 0 is an answer like any other. */
export async function runToEnd(
  command: readonly string[],
  options: { readonly environment?: NodeJS.ProcessEnv; readonly stdin?: string } = {},
): Promise<ProgramResult> {
  const [program = "", ...words] = command;
  const child = spawn(program, words, { env: options.environment ?? cleanEnvironment() });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    text.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    text.stderr += chunk.toString();
  });
  // One that ends without reading is judged by what it said, not by the broken pipe.
  child.stdin.on("error", () => {});
  child.stdin.end(options.stdin ?? "");
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? -1, ...text };
}

/** Nothing of the developer's own settings reaches a program under test. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH = "" } = process.env;
  return { PATH, HOME: "/nonexistent", LANG: "C.UTF-8" };
}
