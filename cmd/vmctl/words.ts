import type { Command, Option } from "commander";

const OF_THE_PROGRAM = ["-h", "--help", "-V", "--version"];

/** `-n team get vm` is `get -n team vm`: flags may stand before the command, as kubectl's users write them. */
export function commandFirst(words: readonly string[], names: readonly string[]): readonly string[] {
  const [first = ""] = words;
  if (!first.startsWith("-") || OF_THE_PROGRAM.includes(first)) return words;
  const at = words.findIndex((word) => names.includes(word));
  return at < 0 ? words : [words[at] ?? "", ...words.slice(0, at), ...words.slice(at + 1)];
}

/**
 * `--wait=false` is `--no-wait`, `--watch=true` and `-w=true` are `--watch`: kubectl's form of flags that take no value. One
 * that says the opposite of a flag without an opposite is left out. `-o=yaml` is `--output=yaml`.
 */
export function withoutBooleanValues(words: readonly string[], command: Command): readonly string[] {
  const { options } = command.commands.find((one) => one.name() === words[1]) ?? command;
  const end = words.indexOf("--");
  return words.flatMap((word, index) => {
    const [, given, value = ""] = /^(--[a-z-]+|-[A-Za-z])=(.*)$/s.exec(word) ?? [];
    if (given === undefined || (end >= 0 && index > end)) return [word];
    const flag = options.find(({ short }) => short === given)?.long ?? given;
    return ofFlag(flag, value, options) ?? [flag === given ? word : `${flag}=${value}`];
  });
}

/** `undefined` for a flag that takes a value, and for another value than true and false. */
function ofFlag(flag: string, value: string, options: readonly Option[]): string[] | undefined {
  const longs = options.filter((option) => option.isBoolean() || option.negate).map(({ long }) => long);
  if (!longs.includes(flag) || !/^(true|false)$/.test(value)) return undefined;
  if (value === "true") return [flag];
  const opposite = flag.startsWith("--no-") ? flag.replace("--no-", "--") : flag.replace("--", "--no-");
  return longs.includes(opposite) ? [opposite] : [];
}

/** `-v=2`, `-v2`, `-v 2`, `--v=2`, `--verbose=2` are `-v -v`: kubectl's forms of how much to say. */
export function withVerbosityCounted(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  const counted = end < 0 ? words : words.slice(0, end);
  const flags = counted.flatMap((word, index) => {
    if (isLevel(word) && isVerbosity(counted[index - 1])) return [];
    const [, level = isVerbosity(word) ? counted[index + 1] : undefined] =
      /^(?:-v=?|--v=|--verbose=)([0-9]{1,2})$/.exec(word) ?? [];
    return isLevel(level) ? Array.from({ length: Number(level) }, () => "-v") : [word];
  });
  return [...flags, ...words.slice(counted.length)];
}

const isVerbosity = (word: string | undefined): boolean => /^(-v|--v|--verbose)$/.test(word ?? "");
const isLevel = (word: string | undefined): boolean => /^[0-9]{1,2}$/.test(word ?? "");

/** Whether the answer was asked for as JSON: then so is an error, also about the words themselves. */
export function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  const own = end < 0 ? words : words.slice(0, end);
  return own.some((word, index) => {
    if (word === "-o" || word === "--output") return own[index + 1] === "json";
    return /^(-o=?|--output=)json$/.test(word);
  });
}
