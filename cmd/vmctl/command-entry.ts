import type { Command } from "commander";

/** A command as `vmctl --help` lists it; what it takes is loaded only when it is the one that runs. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  /** Adds the command to the program. */
  readonly load: () => Promise<(program: Command) => void>;
}
