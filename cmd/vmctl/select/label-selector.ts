import { Reader } from "./reader.ts";

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

/**
 * Kubernetes' label selectors: `app=web,tier!=db,env in (a,b),zone notin (c),gpu,!old`: all must hold. `!=` and `notin`
 * hold for objects without the label. UsageError names the column of what does not parse.
 */
export function parseLabelSelector(text: string): (labels: Labels | undefined) => boolean {
  const reader = new Reader(text, "selector");
  const requirements = [readRequirement(reader)];
  while (reader.match(/\s*,/y) !== undefined) requirements.push(readRequirement(reader));
  reader.skipSpace();
  if (!reader.atEnd) reader.fail(FORMS);
  return (labels) => requirements.every((holds) => holds(labels ?? {}));
}

const FORMS = "key=value, key!=value, key in (a,b), key notin (a,b), key or !key expected, with commas between";

function readRequirement(reader: Reader): Requirement {
  reader.skipSpace();
  const isAbsent = reader.match(/!\s*/y) !== undefined;
  const key = reader.match(/[A-Za-z0-9][-A-Za-z0-9_./]*/y) ?? reader.fail(FORMS);
  if (isAbsent) return (labels) => own(labels, key) === undefined;
  reader.skipSpace();
  const operator = reader.match(/==?|!=|in\b|notin\b/y);
  if (operator === undefined) return (labels) => own(labels, key) !== undefined;
  const isIn = operator === "in" || operator === "notin";
  const values = new Set<string | undefined>(isIn ? readSet(reader) : [readValue(reader)]);
  const isNegative = operator === "!=" || operator === "notin";
  return (labels) => values.has(own(labels, key)) !== isNegative;
}

function readSet(reader: Reader): string[] {
  reader.skipSpace();
  const start = reader.at;
  if (!reader.take("(")) reader.fail("( expected: key in (a,b)");
  const values = [readValue(reader)];
  while (reader.match(/\s*,/y) !== undefined) values.push(readValue(reader));
  reader.skipSpace();
  if (!reader.take(")")) {
    if (reader.atEnd) reader.fail("this ( is never closed", start);
    reader.fail(") or , expected");
  }
  if (values.every((value) => value === "")) reader.fail("a value expected: key in (a,b)", start + 1);
  return values;
}

function readValue(reader: Reader): string {
  reader.skipSpace();
  return reader.match(/[-A-Za-z0-9_.]+/y) ?? "";
}

const own = (labels: Labels, key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
