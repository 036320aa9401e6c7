import type { Command } from "commander";
import { COMMANDS } from "../command-table.ts";
import { buildProgram } from "../program.ts";
import { commandFirst } from "../words.ts";
import { ARGUMENT_VALUES } from "./argument-values.ts";
import { type Candidate, type Completion, plain, startingWith } from "./candidate.ts";
import type { Asked } from "./object-words.ts";
import { optionValues } from "./option-values.ts";
import { optionOf, type Reading, readWords } from "./read-words.ts";

/**
 * What may stand at the cursor. `words`: what stands after `vmctl`, the last one as far as it is typed (empty when it is
 * not begun). Fails as the store does where names are asked for.
 */
export async function complete(words: readonly string[], signal: AbortSignal): Promise<Completion> {
  const current = words.at(-1) ?? "";
  const names = COMMANDS.map(({ name }) => name);
  const [name, ...before] = commandFirst(words.slice(0, -1), names);
  if (name === undefined) return startingWith(commandWords(current), current);
  if (name === "help") return startingWith(before.length === 0 ? commandWords("") : [], current);
  if (!names.includes(name)) return [];
  const program = await buildProgram([name], "");
  const command = program.commands.find((one) => one.name() === name);
  if (!command) return [];
  const completion = await completeWord({ ...readWords(command, before), current, signal });
  return typeof completion === "string" ? completion : startingWith(completion, current);
}

function commandWords(current: string): readonly Candidate[] {
  if (current.startsWith("-")) return plain(["--help", "--version"]);
  const commands = COMMANDS.map(({ name, summary }) => ({ value: name, description: summary }));
  return [...commands, { value: "help", description: "show the help of a command" }];
}

type Place = Reading & Asked;

function completeWord(place: Place): Completion | Promise<Completion> {
  const { command, positionals, pending, isEnded, current } = place;
  if (pending && !(pending.optional && current.startsWith("-"))) return optionValues(pending, place);
  if (!isEnded && current.startsWith("-")) return completeFlag(place);
  if (command.commands.length > 0 && positionals.length === 0) return subcommands(command);
  return completeArgument(place);
}

function completeArgument(place: Place): Completion | Promise<Completion> {
  const { command, positionals } = place;
  const last = command.registeredArguments.at(-1);
  const argument = command.registeredArguments[positionals.length] ?? (last?.variadic ? last : undefined);
  const values = ARGUMENT_VALUES[argument?.name() ?? ""];
  return values ? values(place) : [];
}

async function completeFlag(place: Place): Promise<Completion> {
  const { command, given, current } = place;
  const at = current.indexOf("=");
  if (at < 0) {
    const open = command.options.filter((option) => !option.hidden && (!given.has(option) || option.parseArg));
    return [...open.map(({ long = "", description }) => ({ value: long, description })), { value: "--help" }];
  }
  const flag = current.slice(0, at + 1);
  const option = optionOf(command, flag.slice(0, -1));
  if (!option) return [];
  const values = await optionValues(option, { ...place, current: current.slice(at + 1) });
  return typeof values === "string" ? values : values.map((each) => ({ ...each, value: flag + each.value }));
}

const subcommands = (command: Command): readonly Candidate[] =>
  command.commands.map((one) => ({ value: one.name(), description: one.description() }));
