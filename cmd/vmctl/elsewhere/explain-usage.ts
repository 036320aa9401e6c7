import type { Command, CommanderError } from "commander";
import { UsageError } from "../../config/usage-error.ts";
import { plurals } from "../select/kind-words.ts";
import { wordBehindHint } from "./command-hints.ts";
import { flagHint } from "./flag-hints.ts";

/**
 * The same complaint about a command line, with what somebody who writes it as kubectl's should write instead; the error
 * itself where there is nothing to add. `command` is the one of the first word.
 */
export function explainUsage(error: CommanderError, words: readonly string[], command: Command): Error {
  const message = explain(error, words, command);
  return message === undefined ? error : new UsageError(message);
}

function explain(error: CommanderError, words: readonly string[], command: Command): string | undefined {
  const name = command.name();
  const behind = wordBehindHint(name, words[1] ?? "");
  switch (error.code) {
    case "commander.unknownOption":
      return unknownOption(error.message, name);
    case "commander.help":
      return `${name} what? One of ${command.commands.map((one) => one.name()).join(", ")}`;
    case "commander.unknownCommand":
      return behind && `"${name} ${words[1]}" is not offered: ${behind}`;
    case "commander.excessArguments":
      return behind ? `"${name} ${words[1]}" is not offered: ${behind}` : takesManifests(command);
    case "commander.missingArgument":
      return /'kind(\.field)?'/.test(error.message) ? `which kind? One of ${plurals().join(", ")}` : undefined;
    default:
      return undefined;
  }
}

/** commander tells which flag it was only in its message. */
function unknownOption(message: string, command: string): string | undefined {
  const flag = /'(--?[^'=]+)/.exec(message)?.[1] ?? "";
  const hint = flagHint(flag, command);
  return hint && `${flag} is not offered: ${hint}`;
}

const takesManifests = (command: Command): string | undefined =>
  command.options.some(({ long }) => long === "--filename")
    ? `${command.name()} takes manifests: vmctl ${command.name()} -f FILE`
    : undefined;
