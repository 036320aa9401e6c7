import type { Clock } from "../../../runtime/clock.ts";
import { printable } from "../output/cell.ts";
import { noProgress, type Progress, showProgress, type TerminalLike } from "./progress.ts";

export interface TalkSettings {
  readonly quiet: boolean;
  /** 0: nothing; 1: requests; 2: keys too. */
  readonly verbosity: number;
  /** Standard error is for a program: nothing but an error may stand there. */
  readonly json: boolean;
}
export interface TalkWorld {
  readonly clock: Clock;
  readonly stdout: TerminalLike;
  readonly stderr: TerminalLike;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a command says beside its answer. Texts from the store are made harmless here. */
export interface Talk {
  readonly verbosity: number;
  /** What was done (`instance/web-1 created`), on standard output; not with --quiet. */
  say(line: string): void;
  /** What is worth knowing (`No resources found`), on standard error; not with --quiet. */
  note(line: string): void;
  /** What went wrong with a part of the work (`instance/web-1 not applied: …`), on standard error whatever was asked. */
  complain(line: string): void;
  /** For whoever asked by -v, on standard error; `level` 1 or 2. */
  trace(level: number, line: string): void;
  readonly progress: Progress;
}

export function createTalk({ quiet, verbosity, json }: TalkSettings, world: TalkWorld): Talk {
  const { stdout, stderr, clock, environment } = world;
  const began = clock.monotonic();
  const isSeen = stderr.isTTY === true && environment["TERM"] !== "dumb";
  const progress = isSeen && !quiet && verbosity === 0 && !json ? showProgress(stderr, clock) : noProgress;
  const write = (stream: TerminalLike, line: string): void => {
    progress.hide();
    stream.write(`${line}\n`);
  };
  return {
    verbosity,
    progress,
    say: (line) => void (quiet || write(stdout, printable(line))),
    note: (line) => void (quiet || json || write(stderr, printable(line))),
    complain: (line) => write(stderr, printable(line)),
    trace: (level, line) => {
      if (verbosity < level) return;
      const seconds = ((clock.monotonic() - began) / 1000).toFixed(3);
      write(stderr, `[${seconds}] ${printable(line)}`);
    },
  };
}
