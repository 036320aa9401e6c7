import type { Command, Option } from "commander";

/** How far a command line has come, word by word, before the word at the cursor. */
export interface Reading {
  /** The command or subcommand the words have reached. */
  readonly command: Command;
  /** Its arguments so far. */
  readonly positionals: readonly string[];
  /** Flags that stand there. */
  readonly given: ReadonlySet<Option>;
  /** The flag that the word at the cursor is the value of. */
  readonly pending: Option | undefined;
  /** After `--` everything is an argument. */
  readonly isEnded: boolean;
}

/** Reads words as commander would; values of flags are set on the command, so that its connection can be found. */
export function readWords(start: Command, words: readonly string[]): Reading {
  const reader = new WordReader(start);
  for (const word of words) reader.take(word);
  const { command, positionals, given, pending, isEnded } = reader;
  return { command, positionals, given, pending, isEnded };
}

/** The flag of this spelling: `--output`, `-o`. */
export const optionOf = (command: Command, flag: string): Option | undefined =>
  command.options.find(({ long, short }) => long === flag || short === flag);

const takesValue = (option: Option): boolean => option.required || option.optional;

class WordReader implements Reading {
  command: Command;
  positionals: string[] = [];
  readonly given = new Set<Option>();
  pending: Option | undefined;
  isEnded = false;

  constructor(command: Command) {
    this.command = command;
  }

  take(word: string): void {
    const { pending } = this;
    this.pending = undefined;
    if (pending && !(pending.optional && word.startsWith("-")))
      this.command.setOptionValue(pending.attributeName(), word);
    else if (this.isEnded || word === "-" || !word.startsWith("-")) this.#takeArgument(word);
    else if (word === "--") this.isEnded = true;
    else this.#takeFlag(word);
  }

  #takeFlag(word: string): void {
    const isLong = word.startsWith("--");
    const at = word.indexOf("=");
    const name = isLong ? (at < 0 ? word : word.slice(0, at)) : word.slice(0, 2);
    const option = optionOf(this.command, name);
    if (!option) return;
    this.given.add(option);
    const attached = isLong ? (at < 0 ? "" : word.slice(at + 1)) : word.slice(2).replace(/^=/, "");
    if (!takesValue(option)) return;
    if (attached === "") this.pending = option;
    else this.command.setOptionValue(option.attributeName(), attached);
  }

  #takeArgument(word: string): void {
    const below = this.positionals.length === 0 ? this.command.commands.find((one) => one.name() === word) : undefined;
    if (below) this.command = below;
    else this.positionals.push(word);
  }
}
