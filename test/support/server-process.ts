import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { eventually } from "./eventually.ts";

export interface ServerCommand {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

const DEADLINE_MS = 30_000;
const LOG_CHARACTERS = 200_000;

/** A real server of a test's own as a child process. What it logs is kept, and shown when it does not come up. */
export class ServerProcess {
  readonly #command: ServerCommand;
  readonly #healthy: () => Promise<boolean>;
  #child: ChildProcess | undefined;
  #log = "";

  /** `healthy` is asked until it says true; it may throw meanwhile. */
  constructor(command: ServerCommand, healthy: () => Promise<boolean>) {
    this.#command = command;
    this.#healthy = healthy;
  }

  /** What it logged so far, all starts together. */
  get log(): string {
    return this.#log;
  }

  /** Resolves when it serves. */
  async launch(): Promise<void> {
    const { program, words, environment } = this.#command;
    const child = spawn(program, words, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (chunk: Buffer): void => {
      this.#log = (this.#log + chunk.toString()).slice(-LOG_CHARACTERS);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    process.once("exit", this.#killNow);
    this.#child = child;
    child.once("error", (error) => keep(Buffer.from(error.message)));
    try {
      // One that has ended is not waited for until the deadline.
      const isUp = await eventually(async () => (hasEnded(child) ? "ended" : this.#healthy()), {
        deadlineMs: DEADLINE_MS,
      });
      if (isUp === "ended") throw new Error("it ended by itself");
    } catch (error) {
      await this.kill();
      throw new Error(`${program} did not come up:\n${this.#log.slice(-4_000)}`, { cause: error });
    }
  }

  /** SIGKILL: what a power cut looks like to its clients. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    process.removeListener("exit", this.#killNow);
    if (!child || hasEnded(child)) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.launch();
  }

  /** SIGSTOP: connections stay open and nobody answers. Resolves when every thread of it stands. */
  async pause(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    child.kill("SIGSTOP");
    await eventually(() => threadStates(child.pid ?? 0).every((state) => state === "T"));
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  readonly #killNow = (): void => {
    this.#child?.kill("SIGKILL");
  };
}

/** The state letters of a process' threads, as in ps. */
function threadStates(pid: number): string[] {
  const threads = `/proc/${pid}/task`;
  return readdirSync(threads).map((thread) => {
    const stat = readFileSync(`${threads}/${thread}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  });
}

const hasEnded = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
