import { vi } from "vitest";
import { runCommandLine } from "../../../cmd/vmctl/run-command-line.ts";
import type { CliResult } from "../cli.ts";

/** A command line in this process: quick, but whatever it prints must be awaited by it. */
export const runWords = (...words: readonly string[]): Promise<CliResult> => runObserved(words, () => {});

/** The same; `onOutput` sees all that was printed so far, each time that something is. */
export async function runObserved(words: readonly string[], onOutput: (out: string) => void): Promise<CliResult> {
  const texts = { out: "", err: "" };
  const into = (name: keyof typeof texts) => (text: string | Uint8Array, done?: unknown) => {
    texts[name] += String(text);
    if (name === "out") onOutput(texts.out);
    if (typeof done === "function") done();
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(into("out")),
    vi.spyOn(process.stderr, "write").mockImplementation(into("err")),
  ];
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const status = await runCommandLine(words);
    return { status, ...texts };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
