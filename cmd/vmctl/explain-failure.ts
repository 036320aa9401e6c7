import { CommanderError } from "commander";
import { CodedError, messageOf } from "../../runtime/errors.ts";
import { ObjectError } from "../../store/objects/object-error.ts";
import { UsageError } from "../config/usage-error.ts";
import { CommandFailure } from "./command-failure.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { Interrupted } from "./interrupted.ts";

export interface Explanation {
  readonly exitCode: ExitCode;
  /** One line for a person; absent when nothing is to be said. */
  readonly line?: string;
  /** Before that line: one for each thing that is wrong. */
  readonly before?: readonly string[];
  /** The error is none that we expect: its stack is worth seeing (VMCTL_DEBUG). */
  readonly unexpected?: true;
}

/** What to say about anything thrown, and which status to end with. */
export function explainFailure(error: unknown): Explanation {
  if (error instanceof CommanderError) return explainCommander(error);
  if (error instanceof Interrupted) return { exitCode: EXIT.interrupted };
  if (error instanceof UsageError) return { exitCode: EXIT.usage, line: error.message };
  if (error instanceof CommandFailure) return explainCommandFailure(error);
  if (error instanceof ObjectError) return { exitCode: EXIT.failed, line: error.message };
  if (error instanceof CodedError && error.code === "Conflict") return { exitCode: EXIT.conflict, line: error.message };
  return { exitCode: EXIT.failed, line: messageOf(error), unexpected: true };
}

const explainCommandFailure = ({ exitCode, message, lines }: CommandFailure): Explanation => ({
  exitCode,
  line: message,
  ...(lines.length > 0 && { before: lines }),
});

/** commander throws for `--help` and `--version` too, with status 0 and the text already written. */
function explainCommander(error: CommanderError): Explanation {
  if (error.exitCode === 0) return { exitCode: EXIT.done };
  return { exitCode: EXIT.usage, line: error.message.replace(/^error: /, "").replaceAll("\n", " ") };
}
