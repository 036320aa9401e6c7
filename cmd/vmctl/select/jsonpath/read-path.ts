import type { Reader } from "../reader.ts";
import type { Path, Step } from "./path.ts";
import { readBracket } from "./read-bracket.ts";

/** A name ends where something else may begin; `\.` is a dot within it. */
const NAME = /(?:\\.|[^\s.,[\]$@{}()=!<>|&'"\\])+/y;

/**
 * Reads a path as far as it goes: `.a.b[0]`, `@.a`, `$.a`, `..a`. `@` and `$` both mean the value at hand, as in
 * kubectl. With `dotMayMiss` the first name needs no dot.
 */
export function readPath(reader: Reader, dotMayMiss = false): Path {
  const isMarked = reader.match(/[$@]/y) !== undefined;
  const steps: Step[] = [];
  if (dotMayMiss && !isMarked) steps.push(...readName(reader));
  while (true) {
    const next = readStep(reader);
    if (!next) return steps;
    steps.push(...next);
  }
}

function readStep(reader: Reader): Step[] | undefined {
  if (reader.take("..")) return [{ type: "recursive" }, ...afterRecursive(reader)];
  if (reader.take(".")) return readMember(reader);
  return reader.take("[") ? [readBracket(reader, (inner) => readPath(inner))] : undefined;
}

/** What follows a dot. Nothing: `{.}` is the value itself. */
function readMember(reader: Reader): Step[] {
  const found = reader.take("*") ? [{ type: "wildcard" } as const] : readName(reader);
  const mayBeBare = /^(\s*[})]|\s*$|\[)/.test(reader.rest);
  if (found.length === 0 && !mayBeBare) reader.fail("the name of a field expected");
  return found;
}

/** `..name`, `..*`; `..[0]` and `...name` go on as steps of their own. */
function afterRecursive(reader: Reader): Step[] {
  if (reader.take("*")) return [{ type: "wildcard" }];
  if (reader.rest.startsWith("..")) reader.fail("more than three dots");
  return readName(reader);
}

function readName(reader: Reader): Step[] {
  const name = reader.match(NAME);
  return name === undefined ? [] : [{ type: "field", name: name.replace(/\\(.)/gs, "$1") }];
}
