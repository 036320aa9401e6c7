import type { Reader } from "../reader.ts";

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", 0: "\0" };

/** A text in single or double quotes with Go's escapes; `undefined` when none begins here. */
export function readQuoted(reader: Reader): string | undefined {
  const start = reader.at;
  const quote = reader.match(/["']/y);
  if (quote === undefined) return undefined;
  const inner = reader.match(quote === '"' ? /(?:[^"\\]|\\.)*/sy : /(?:[^'\\]|\\.)*/sy) ?? "";
  if (!reader.take(quote)) reader.fail(`this ${quote} is never closed`, start);
  return withoutEscapes(inner);
}

const withoutEscapes = (text: string): string =>
  text.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/gs, (_, hex?: string, code?: string, letter?: string) =>
    letter === undefined ? String.fromCharCode(Number.parseInt(hex ?? code ?? "", 16)) : (ESCAPES[letter] ?? letter),
  );
