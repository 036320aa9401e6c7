import { execFile } from "node:child_process";
import { CodedError } from "../../../runtime/errors.ts";

export class ProgramError extends CodedError {
  /** What the program wrote to standard error, at most 4 KiB. */
  readonly stderr: string;
  constructor(code: "ProgramMissing" | "ProgramFailed" | "ProgramTimeout", message: string, stderr: string) {
    super(code, message);
    this.stderr = stderr;
  }
}

export interface RunOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Standard output of a program that ended with status 0. Arguments go to the program as they are: there is no
 * shell. On the deadline or an aborted signal it is killed; an abort rejects with the signal's reason.
 */
export function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const settings = {
      timeout: options.timeoutMs,
      killSignal: "SIGKILL",
      maxBuffer: 4 << 20,
      env: { ...process.env, LC_ALL: "C" },
      ...(options.signal && { signal: options.signal }),
    } as const;
    execFile(program, args, settings, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if (options.signal?.aborted) return reject(options.signal.reason as Error);
      reject(failure(program, error, stderr));
    });
  });
}

function failure(program: string, error: { code?: unknown; killed?: boolean }, stderr: string): ProgramError {
  const said = stderr.slice(0, 4096).trim();
  if (error.code === "ENOENT") return new ProgramError("ProgramMissing", `${program} is not installed`, said);
  if (error.killed) return new ProgramError("ProgramTimeout", `${program} did not end in time`, said);
  return new ProgramError("ProgramFailed", `${program} failed (${String(error.code)}): ${said}`, said);
}
