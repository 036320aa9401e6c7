import { Cli, type CliOptions, type CliResult } from "./cli.ts";
import { runHere } from "./run-here.ts";

/**
 * The command line, run to its end in this process where nothing needs one of its own. `start` gives a real process,
 * for signals, pipes and whatever happens beside, and so does `process` for what shall be seen as a user runs it.
 */
export class QuickCli extends Cli {
  override run(words: readonly string[], { environment, ...options }: CliOptions = {}): Promise<CliResult> {
    return runHere(words, { ...this.environment, ...environment }, options);
  }

  process(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    return this.start(words, options).ended;
  }
}
