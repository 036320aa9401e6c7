import { EXIT } from "./exit-code.ts";
import { runCommandLine } from "./run-command-line.ts";

/** The program: what main.ts runs from source, and dist/main.cjs from the bundle. `words` stand after `vmctl`. */
export async function vmctl(words: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe();
  process.once("beforeExit", sayUnfinished);
  process.exitCode = await runCommandLine(words);
  process.off("beforeExit", sayUnfinished);
}

/** A reader that went away (`vmctl get … | head -1`) is no failure worth a word. */
function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.failed);
    });
  }
}

/** Nothing is left to wait for, and still there is no answer: a bug that must not look like success. */
function sayUnfinished(): void {
  process.exitCode = EXIT.failed;
  process.stderr.write("vmctl: ended without an answer; please report this\n");
}
