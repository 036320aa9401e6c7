import { EXIT } from "./exit-code.ts";
import { runCommandLine } from "./run-command-line.ts";

/** A reader that went away (`vmctl get … | head -1`) is no failure worth a word. */
function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.failed);
    });
  }
}

endQuietlyOnClosedPipe();
process.exitCode = await runCommandLine(process.argv.slice(2));
