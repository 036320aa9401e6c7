import { createInterface } from "node:readline/promises";
import { UsageError } from "../config/usage-error.ts";

/** Asks on the terminal; only a `y` or `yes` is one. Without a terminal there is nobody to ask: UsageError. */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError("no terminal to ask on: pass --yes if you mean it");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // In raw mode Ctrl-C is a key, not a signal.
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
