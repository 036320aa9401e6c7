import { CodedError } from "../../runtime/errors.ts";
import type { ExitCode } from "./exit-code.ts";

export interface FailureOptions {
  readonly cause?: unknown;
  /** In one word, for programs: `NotFound`. Absent: the cause's code, else what the exit status says. */
  readonly reason?: string;
  /** What programs may want to know beside the message (`-o json`). */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Printed before the message, for people: one line for each thing that is wrong. */
  readonly lines?: readonly string[];
}

/** A command that ended without doing what it was asked; the message is for the person, complete in one line. */
export class CommandFailure extends CodedError {
  readonly exitCode: ExitCode;
  readonly reason: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly lines: readonly string[];
  constructor(exitCode: ExitCode, message: string, options: FailureOptions = {}) {
    super("CommandFailure", message, options);
    this.exitCode = exitCode;
    this.reason = options.reason;
    this.details = options.details;
    this.lines = options.lines ?? [];
  }
}
