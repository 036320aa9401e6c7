import { errorObject } from "./error-object.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { explainFailure } from "./explain-failure.ts";
import { printable } from "./output/cell.ts";
import { parseCommandLine } from "./program.ts";
import { VERSION } from "./version.ts";
import { wantsJson } from "./words.ts";

/** What the scripts of `vmctl completion` call; no command for people. */
const COMPLETE = "__complete";

/** Runs the words of a command line to an exit status; says on standard error what went wrong. */
export async function runCommandLine(words: readonly string[]): Promise<ExitCode> {
  try {
    if (words[0] === COMPLETE) await (await import("./complete/answer.ts")).answerCompletion(words.slice(1));
    else await parseCommandLine(words, VERSION);
    return (process.exitCode as ExitCode | undefined) ?? EXIT.done;
  } catch (error) {
    return report(error, wantsJson(words));
  }
}

function report(error: unknown, asJson: boolean): ExitCode {
  const explanation = explainFailure(error);
  const { exitCode, line, before = [], unexpected } = explanation;
  if (asJson && exitCode !== EXIT.done) write(JSON.stringify(errorObject(error, explanation)));
  else for (const each of [...before, ...(line === undefined ? [] : [`vmctl: ${line}`])]) write(printable(each));
  if (unexpected && process.env["VMCTL_DEBUG"] && error instanceof Error) write(String(error.stack));
  return exitCode;
}

const write = (line: string): void => void process.stderr.write(`${line}\n`);
