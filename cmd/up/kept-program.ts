import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, rename, stat } from "node:fs/promises";
import type { Backoff } from "../../runtime/backoff.ts";
import { systemClock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import { endProcess, signalProcess } from "./end-process.ts";
import { removeProcessFile, writeProcessFile } from "./process-file.ts";

export interface KeptProgramOptions {
  readonly name: string;
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly processFile: string;
  readonly backoff: Backoff;
  readonly log: Log;
}

/** One that ran this long was well: the next failure is a first one again. */
const WELL_MS = 60_000;
const GRACE_MS = 15_000;
const LOG_LIMIT = 16 * 2 ** 20;

/** A program that is started again with back-off whenever it ends, until it is stopped. */
export class KeptProgram {
  readonly #options: KeptProgramOptions;
  readonly #stop = new AbortController();
  #pid: number | undefined;
  #loop: Promise<void> = Promise.resolve();

  private constructor(options: KeptProgramOptions) {
    this.#options = options;
  }

  /** One that a supervisor which died left behind is ended first: two must not share the data. */
  static async start(options: KeptProgramOptions): Promise<KeptProgram> {
    await endProcess(options.processFile, { graceMs: GRACE_MS });
    const kept = new KeptProgram(options);
    kept.#loop = kept.#keep();
    return kept;
  }

  /** Asks it to end, kills it after a while; resolves when it is gone and stays so. */
  async stop(): Promise<void> {
    this.#stop.abort();
    if (this.#pid !== undefined) signalProcess(this.#pid, "SIGTERM");
    const cancel = systemClock.after(GRACE_MS, () => {
      this.#options.log.warn({ program: this.#options.name }, "does not end: killed");
      if (this.#pid !== undefined) signalProcess(this.#pid, "SIGKILL");
    });
    await this.#loop;
    cancel();
  }

  async #keep(): Promise<void> {
    const { name, backoff, log, processFile } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const began = systemClock.monotonic();
      const how = await this.#runOnce();
      await removeProcessFile(processFile);
      if (signal.aborted) return;
      if (systemClock.monotonic() - began > WELL_MS) backoff.forget(name);
      const delayMs = Math.round(backoff.next(name));
      log.warn({ program: name, how, delayMs }, "ended; is started again");
      await systemClock.sleep(delayMs, signal).catch(() => {});
    }
  }

  async #runOnce(): Promise<string> {
    const { name, program, words, environment, processFile, log } = this.#options;
    const output = await openLog(this.#options.logFile);
    try {
      // A group of its own: Ctrl-C on the supervisor's terminal is the supervisor's to pass on.
      const child = spawn(program, words, {
        stdio: ["ignore", output.fd, output.fd],
        env: environment,
        detached: true,
      });
      const ended = once(child, "exit") as Promise<[number | null, string | null]>;
      if (child.pid === undefined) return await ended.then(String, String);
      this.#pid = child.pid;
      await writeProcessFile(processFile, child.pid);
      log.info({ program: name, pid: child.pid }, "started");
      if (this.#stop.signal.aborted) signalProcess(child.pid, "SIGTERM");
      const [code, signal] = await ended;
      return signal ?? `status ${code}`;
    } finally {
      this.#pid = undefined;
      await output.close();
    }
  }
}

/** For appending; what grew too long becomes `….log.old`. */
async function openLog(path: string) {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > LOG_LIMIT) await rename(path, `${path}.old`);
  return open(path, "a", 0o640);
}
