import { evaluate } from "./jsonpath/evaluate.ts";
import type { Path } from "./jsonpath/path.ts";
import { readPath } from "./jsonpath/read-path.ts";
import { Reader } from "./reader.ts";

/** Finds every value at a place; empty when there is none. */
export type JsonPath = (value: unknown) => readonly unknown[];

/**
 * One path of kubectl's JSONPath, for flags that take no whole template: `{.status.phase}`, `.status.phase`,
 * `status.phase`, `.status.conditions[?(@.type=="Ready")].status`. UsageError names the column of what does not
 * parse.
 */
export function parseJsonPath(text: string): JsonPath {
  const path = parsePath(text);
  return (value) => evaluate(path, value);
}

/** The steps of such a path. */
export function parsePath(text: string): Path {
  const reader = new Reader(text, "jsonpath");
  const path = readRelaxed(reader);
  if (!reader.atEnd) reader.fail("a field, [ or the end expected");
  return path;
}

/** A path at the beginning of a text, and what follows it: `{.status.phase}=Running`. Quotes around it are taken off. */
export function parseLeadingPath(text: string): { readonly find: JsonPath; readonly rest: string } {
  const reader = new Reader(text, "jsonpath");
  const quote = reader.match(/["']/y);
  const path = readRelaxed(reader);
  if (quote !== undefined && !reader.take(quote)) reader.fail(`${quote} expected`);
  return { find: (value) => evaluate(path, value), rest: reader.rest };
}

function readRelaxed(reader: Reader): Path {
  const start = reader.at;
  if (!reader.take("{")) return nonEmpty(reader, start);
  reader.skipSpace();
  const path = nonEmpty(reader, reader.at);
  reader.skipSpace();
  if (reader.take("}")) return path;
  return reader.atEnd ? reader.fail("this { is never closed", start) : reader.fail("a field, [ or } expected");
}

function nonEmpty(reader: Reader, start: number): Path {
  const path = readPath(reader, true);
  return reader.at > start ? path : reader.fail("a path such as .metadata.name expected");
}
