import { Readable } from "node:stream";
import { vi } from "vitest";
import type { CliResult } from "./cli.ts";
import { runWords } from "./vmctl/run-words.ts";

export interface RunHereOptions {
  readonly stdin?: string;
  /** Where relative paths begin; default where the test runs. */
  readonly cwd?: string;
}

/** Never fails. */
let lastRun: Promise<unknown> = Promise.resolve();

/**
 * A command line run to its end in this process, as the built one would with this environment and no other: starting
 * Node costs more than most commands do. Calls take turns, because a run swaps what a process has only once: one that
 * waits for another, or that others shall not wait for, must be a process (Cli.start, E2eCluster.program).
 */
export function runHere(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  options: RunHereOptions = {},
): Promise<CliResult> {
  const run = lastRun.then(() => runNow(words, environment, options));
  lastRun = run.catch(() => {});
  return run;
}

async function runNow(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { stdin = "", cwd }: RunHereOptions,
): Promise<CliResult> {
  const before = { environment: { ...process.env }, cwd: process.cwd(), noDeprecation: process.noDeprecation === true };
  const input = vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([stdin]) as typeof process.stdin);
  try {
    become(environment);
    if (cwd !== undefined) process.chdir(cwd);
    // As bin/start.cjs does: what Node deprecates would stand on standard error.
    process.noDeprecation = true;
    return await runWords(...words);
  } finally {
    process.noDeprecation = before.noDeprecation;
    process.chdir(before.cwd);
    become(before.environment);
    input.mockRestore();
  }
}

/** Variable by variable: os.homedir() and children read the real environment, which another object is not. */
function become(environment: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) if (environment[name] === undefined) delete process.env[name];
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) process.env[name] = value;
}
