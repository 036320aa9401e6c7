import type { Command } from "commander";

const OF_THE_PROGRAM = ["-h", "--help", "-V", "--version"];

/** `-n team get vm` is `get -n team vm`: flags may stand before the command, as kubectl's users write them. */
export function commandFirst(words: readonly string[], names: readonly string[]): readonly string[] {
  const [first = ""] = words;
  if (!first.startsWith("-") || OF_THE_PROGRAM.includes(first)) return words;
  const at = words.findIndex((word) => names.includes(word));
  return at < 0 ? words : [words[at] ?? "", ...words.slice(0, at), ...words.slice(at + 1)];
}

/**
 * `--wait=false` is `--no-wait`, `--watch=true` is `--watch`: kubectl's form of flags that take no value. A false one
 * that has no `--no-` form is left out.
 */
export function withoutBooleanValues(words: readonly string[], command: Command): readonly string[] {
  const { options } = command.commands.find((one) => one.name() === words[1]) ?? command;
  const booleans = new Set(options.filter((option) => option.isBoolean()).map(({ long }) => long));
  const end = words.indexOf("--");
  return words.flatMap((word, index) => {
    const [, flag, value] = /^(--[a-z-]+)=(true|false)$/.exec(word) ?? [];
    if (flag === undefined || !booleans.has(flag) || (end >= 0 && index > end)) return [word];
    if (value === "true") return [flag];
    const negated = flag.replace("--", "--no-");
    return options.some(({ long }) => long === negated) ? [negated] : [];
  });
}

/** `-v=2`, `--v=2`, `--verbose=2` are `-v -v`: kubectl's form of how much to say. */
export function withVerbosityCounted(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  return words.flatMap((word, index) => {
    const [, level] = /^(?:-v|--v|--verbose)=([0-9])$/.exec(word) ?? [];
    if (level === undefined || (end >= 0 && index > end)) return [word];
    return Array.from({ length: Number(level) }, () => "-v");
  });
}

/** Whether the answer was asked for as JSON: then so is an error, also about the words themselves. */
export function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  const own = end < 0 ? words : words.slice(0, end);
  return own.some((word, index) => {
    if (word === "-o" || word === "--output") return own[index + 1] === "json";
    return /^(-o=?|--output=)json$/.test(word);
  });
}
