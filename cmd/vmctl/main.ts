import { EXIT, type ExitCode } from "./exit-code.ts";
import { explainFailure } from "./explain-failure.ts";
import { parseCommandLine } from "./program.ts";
import { VERSION } from "./version.ts";

/** Runs the words of a command line to an exit status; says on standard error what went wrong. */
async function run(words: readonly string[]): Promise<ExitCode> {
  try {
    await parseCommandLine(words, VERSION);
    return (process.exitCode as ExitCode | undefined) ?? EXIT.done;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): ExitCode {
  const { exitCode, line, unexpected } = explainFailure(error);
  if (line !== undefined) say(line);
  if (unexpected && process.env["VMCTL_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCode;
}

const say = (line: string): void => void process.stderr.write(`vmctl: ${line}\n`);

/** A reader that went away (`vmctl get … | head -1`) is no failure worth a word. */
function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.failed);
    });
  }
}

endQuietlyOnClosedPipe();
process.exitCode = await run(process.argv.slice(2));
