import { CommanderError } from "commander";
import { CodedError } from "../../runtime/errors.ts";
import { UsageError } from "../config/usage-error.ts";
import { CommandFailure } from "./command-failure.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Explanation } from "./explain-failure.ts";
import { Interrupted } from "./interrupted.ts";

/** What stands on standard error when the answer was asked for as JSON and there is none. docs/cli.md describes it. */
export interface ErrorObject {
  readonly error: {
    /** One word, stable: `NotFound`, `Usage`, `Conflict`, `TimedOut`, `Unavailable`, … */
    readonly reason: string;
    readonly message: string;
    readonly exitCode: ExitCode;
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

export function errorObject(error: unknown, { exitCode, line }: Explanation): ErrorObject {
  const details = error instanceof CommandFailure ? error.details : undefined;
  const message = line ?? (exitCode === EXIT.interrupted ? "interrupted" : "");
  return { error: { reason: reasonOf(error, exitCode), message, exitCode, ...(details && { details }) } };
}

const BY_STATUS: Readonly<Record<ExitCode, string>> = {
  [EXIT.done]: "Done",
  [EXIT.failed]: "Failed",
  [EXIT.usage]: "Usage",
  [EXIT.conflict]: "Conflict",
  [EXIT.timedOut]: "TimedOut",
  [EXIT.interrupted]: "Interrupted",
};

function reasonOf(error: unknown, exitCode: ExitCode): string {
  if (error instanceof UsageError || error instanceof CommanderError) return BY_STATUS[EXIT.usage];
  if (error instanceof Interrupted) return BY_STATUS[EXIT.interrupted];
  if (error instanceof CommandFailure) return error.reason ?? codeOf(error.cause) ?? BY_STATUS[exitCode];
  return codeOf(error) ?? "Unexpected";
}

const codeOf = (error: unknown): string | undefined => (error instanceof CodedError ? error.code : undefined);
