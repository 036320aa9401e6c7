import type { Reader } from "../reader.ts";
import type { Filter, Operand, Operator, Path, Step } from "./path.ts";
import { readQuoted } from "./read-quoted.ts";

const EXPECTED = "a number, a:b, 'name', * or ?(…) expected";

/** Reads a path within a filter. Given by whoever reads paths, of which brackets are a part. */
type ReadPath = (reader: Reader) => Path;

/** What stands between brackets; the first one has been taken. */
export function readBracket(reader: Reader, readPath: ReadPath): Step {
  const start = reader.at - 1;
  reader.skipSpace();
  const step = readInside(reader, readPath);
  reader.skipSpace();
  if (reader.take("]")) return step;
  return reader.atEnd ? reader.fail("this [ is never closed", start) : reader.fail("] expected");
}

function readInside(reader: Reader, readPath: ReadPath): Step {
  if (reader.take("*")) return { type: "wildcard" };
  if (reader.take("?(")) return readFilter(reader, readPath);
  const branches = [readItem(reader)];
  while (reader.match(/\s*,\s*/y) !== undefined) branches.push(readItem(reader));
  const [only] = branches;
  return only && branches.length === 1 ? only : { type: "union", branches };
}

function readItem(reader: Reader): Step {
  const start = reader.at;
  const written = reader.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy);
  if (written !== undefined) return byKey(written.slice(1, -1));
  const numbers = reader.match(/-?\d*(?::-?\d*){0,2}/y) ?? "";
  if (/^-?\d+$/.test(numbers)) return { type: "index", index: Number(numbers) };
  if (!numbers.includes(":")) return reader.fail(EXPECTED, start);
  const [from, to, step] = numbers.split(":").map((text) => (text === "" ? undefined : Number(text)));
  if ([from, to, step].some(Number.isNaN)) return reader.fail(EXPECTED, start);
  if (step !== undefined && step <= 0) return reader.fail("a step of at least 1 expected", start);
  return { type: "slice", ...(from !== undefined && { from }), ...(to !== undefined && { to }), step: step ?? 1 };
}

/** `a\.b` is one name; `a.b` is one if there is such a field, else two. */
function byKey(written: string): Step {
  const plain = (text: string) => text.replace(/\\(.)/gs, "$1");
  const names = (written.match(/(?:\\.|[^.\\])+/gs) ?? []).map(plain);
  const name = plain(written);
  return names.length > 1 ? { type: "key", name, names } : { type: "field", name };
}

function readFilter(reader: Reader, readPath: ReadPath): Filter {
  const start = reader.at - 2;
  reader.skipSpace();
  const begin = reader.at;
  const left = readPath(reader);
  if (reader.at === begin) reader.fail("@.field expected");
  reader.skipSpace();
  const operator = readOperator(reader);
  const comparison = operator && { operator, right: readOperand(reader, readPath) };
  reader.skipSpace();
  if (!reader.take(")")) failAtEndOfFilter(reader, start);
  return { type: "filter", left, ...(comparison && { comparison }) };
}

function readOperator(reader: Reader): Operator | undefined {
  if (reader.rest.startsWith("=~")) reader.fail("regular expressions are not offered; ==, !=, <, <=, > and >= are");
  const found = reader.match(/==|!=|<=|>=|<(?!>)|>/y);
  if (found === undefined && /^[=!<>]/.test(reader.rest)) reader.fail("one of ==, !=, <, <=, > and >= expected");
  return found as Operator | undefined;
}

function readOperand(reader: Reader, readPath: ReadPath): Operand {
  reader.skipSpace();
  const quoted = readQuoted(reader);
  if (quoted !== undefined) return { type: "literal", value: quoted };
  const number = reader.match(/[-+]?\d+(?:\.\d+)?(?=[\s)]|$)/y);
  if (number !== undefined) return { type: "literal", value: Number(number) };
  const word = reader.match(/true|false/y);
  if (word !== undefined) return { type: "literal", value: word === "true" };
  if (/^[@$.]/.test(reader.rest)) return { type: "path", path: readPath(reader) };
  return reader.fail(`"text", a number, true, false or @.field expected`);
}

function failAtEndOfFilter(reader: Reader, start: number): never {
  if (reader.atEnd) return reader.fail("this ?( is never closed", start);
  if (/^(&&|\|\|)/.test(reader.rest)) return reader.fail("a filter holds one comparison: && and || are not offered");
  return reader.fail(") expected");
}
