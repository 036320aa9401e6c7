import { execFile } from "node:child_process";
import { CodedError } from "../../runtime/errors.ts";

/** A program that others brought, or a script of ours, ended with another status than 0; the message has its words. */
export class ToolError extends CodedError {}

export interface ToolOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

/** Standard output of a program that ended well. ToolError `Missing` when it is not installed, else `Failed`. */
export function runTool(program: string, words: readonly string[], options: ToolOptions = {}): Promise<string> {
  const { environment = process.env, timeoutMs = 60_000 } = options;
  return new Promise((resolve, reject) => {
    execFile(
      program,
      words,
      { env: environment, timeout: timeoutMs, killSignal: "SIGKILL" },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        if (error.code === "ENOENT") return reject(new ToolError("Missing", `${program} is not installed`));
        const said =
          stderr.trim() || stdout.trim() || (error.killed ? `no end within ${timeoutMs / 1000} s` : error.message);
        reject(new ToolError("Failed", `${program}: ${said}`, { cause: error }));
      },
    );
  });
}
