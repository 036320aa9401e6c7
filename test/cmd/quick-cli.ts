import { Readable } from "node:stream";
import { vi } from "vitest";
import { Cli, type CliOptions, type CliResult } from "./cli.ts";
import { runWords } from "./vmctl/run-words.ts";

/**
 * The command line, run to its end in this process where nothing needs one of its own: starting Node costs more than most
 * commands do. `start` gives a real process, for signals, pipes and whatever happens beside. One at a time.
 */
export class QuickCli extends Cli {
  override async run(words: readonly string[], { stdin = "", environment }: CliOptions = {}): Promise<CliResult> {
    const before = { ...process.env };
    become({ ...this.environment, ...environment });
    const input = vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([stdin]) as typeof process.stdin);
    try {
      return await runWords(...words);
    } finally {
      input.mockRestore();
      become(before);
    }
  }
}

/** Variable by variable: os.homedir() and children read the real environment, which another object is not. */
function become(environment: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(environment, name)) delete process.env[name];
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) process.env[name] = value;
}
