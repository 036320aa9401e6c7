import { CodedError } from "../../runtime/errors.ts";
import type { ExitCode } from "./exit-code.ts";

/** A command that ended without doing what it was asked; the message is for the person, complete in one line. */
export class CommandFailure extends CodedError {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode, message: string, options?: { cause?: unknown }) {
    super("CommandFailure", message, options);
    this.exitCode = exitCode;
  }
}
