import { spawnSync } from "node:child_process";
import { CommandFailure } from "../vmctl/command-failure.ts";
import { EXIT } from "../vmctl/exit-code.ts";

/**
 * For commands that only root can carry out: true if this process is root. Otherwise the same words are run again
 * under sudo, their exit status becomes ours, and the answer is false: nothing more to do.
 */
export function isRootOrRanAsRoot(doing: string): boolean {
  if (process.getuid?.() === 0) return true;
  const kept = Object.entries(process.env).filter(([name]) => name === "PATH" || name.startsWith("VMCTL_"));
  const variables = kept.map(([name, value]) => `${name}=${value}`);
  process.stderr.write(`${doing} needs root: asking sudo\n`);
  const { status, error } = spawnSync("sudo", ["env", ...variables, process.execPath, ...ownWords()], {
    stdio: "inherit",
  });
  if (error) throw new CommandFailure(EXIT.failed, `${doing} needs root, and there is no sudo here: run it as root`);
  process.exitCode = status ?? EXIT.failed;
  return false;
}

const ownWords = (): readonly string[] => [...process.execArgv, ...process.argv.slice(1)];

/** What runs another command of this very program. */
export const programWords = (...words: readonly string[]): readonly string[] => [
  ...process.execArgv,
  ...process.argv.slice(1, 2),
  ...words,
];
