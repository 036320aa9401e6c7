import { Reader } from "../reader.ts";
import { textOf } from "./compare.ts";
import { evaluate } from "./evaluate.ts";
import type { Path } from "./path.ts";
import { readPath } from "./read-path.ts";
import { readQuoted } from "./read-quoted.ts";

type Part =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "path"; readonly path: Path }
  | { readonly type: "range"; readonly path: Path; readonly body: Part[] };

/** Writes a value; `clean` is applied to what comes out of the value, not to the template's own text. */
export type Template = (value: unknown, clean?: (text: string) => string) => string;

/**
 * kubectl's `-o jsonpath=`: text with `{path}`, `{"text"}`, `{range path}…{end}`. Several values are separated by
 * spaces. A template without any brace that begins like a path is one. UsageError names the column.
 */
export function parseTemplate(text: string): Template {
  const reader = new Reader(text, "jsonpath");
  if (text === "") reader.fail("a template expected, such as {.metadata.name}");
  const parts = /^[.$@[][^{]*$/.test(text) ? readBare(reader) : readParts(reader);
  return (value, clean = (same) => same) => write(parts, value, clean);
}

function readBare(reader: Reader): Part[] {
  const path = readPath(reader);
  if (!reader.atEnd) reader.fail("a field, [ or the end expected");
  return [{ type: "path", path }];
}

/** A range that is not closed goes to the end, as in kubectl. */
function readParts(reader: Reader): Part[] {
  const all: Part[] = [];
  const open: Part[][] = [all];
  while (!reader.atEnd) {
    const text = reader.match(/[^{]+/y);
    const here = open.at(-1) ?? all;
    if (text !== undefined) here.push({ type: "text", text });
    else readAction(reader, open, here);
  }
  return all;
}

function readAction(reader: Reader, open: Part[][], here: Part[]): void {
  const start = reader.at;
  reader.take("{");
  reader.skipSpace();
  const part = readKeyword(reader, open) ?? readValue(reader);
  reader.skipSpace();
  if (!reader.take("}")) {
    if (reader.atEnd) reader.fail("this { is never closed", start);
    reader.fail("a field, [ or } expected");
  }
  if (part === "end") return;
  here.push(part);
  if (part.type === "range") open.push(part.body);
}

function readKeyword(reader: Reader, open: Part[][]): Part | "end" | undefined {
  const at = reader.at;
  const word = reader.match(/[A-Za-z_][-\w]*/y);
  if (word === undefined) return undefined;
  if (word === "range") {
    reader.skipSpace();
    return { type: "range", path: readPath(reader), body: [] };
  }
  if (word !== "end") reader.fail(`"${word}" is no word of jsonpath; a field begins with a dot: .${word}`, at);
  if (open.length === 1) reader.fail("end without range", at);
  open.pop();
  return "end";
}

function readValue(reader: Reader): Part {
  const text = readQuoted(reader);
  if (text !== undefined) return { type: "text", text };
  const at = reader.at;
  const path = readPath(reader);
  if (reader.at === at) reader.fail('.field, "text", range or end expected');
  return { type: "path", path };
}

function write(parts: readonly Part[], value: unknown, clean: (text: string) => string): string {
  return parts.map((part) => writePart(part, value, clean)).join("");
}

function writePart(part: Part, value: unknown, clean: (text: string) => string): string {
  if (part.type === "text") return part.text;
  const found = evaluate(part.path, value);
  if (part.type === "range") return found.map((item) => write(part.body, item, clean)).join("");
  return found.map((item) => clean(textOf(item))).join(" ");
}
