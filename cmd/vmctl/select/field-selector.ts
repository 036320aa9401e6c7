import type { KindInfo } from "../../../resources/kinds.ts";
import { parseQuantity } from "../../../resources/quantity.ts";
import { isQuantitySchema } from "../../../resources/schema-shape.ts";
import type { JoinedObject } from "../../../store/objects/joined-object.ts";
import { type FieldPath, fieldPath } from "./field-path.ts";
import { textOf } from "./jsonpath/compare.ts";
import type { Path } from "./jsonpath/path.ts";
import { readPath } from "./jsonpath/read-path.ts";
import { Reader } from "./reader.ts";

type Matches = (kind: KindInfo, object: JoinedObject) => boolean;

/**
 * `status.phase=Running,spec.hypervisor!=host-1`: any path of the schema; all must hold. A field that is not there
 * has its default, else the empty text. Where several kinds are asked for, one of them must know the path; the
 * others do not have the field. UsageError names the column of what does not parse or is not known.
 */
export function parseFieldSelector(text: string, kinds: readonly KindInfo[]): Matches {
  const reader = new Reader(text, "field selector");
  const requirements = [readRequirement(reader, kinds)];
  while (reader.match(/\s*,/y) !== undefined) requirements.push(readRequirement(reader, kinds));
  reader.skipSpace();
  if (!reader.atEnd) reader.fail(FORMS);
  return (kind, object) => requirements.every((holds) => holds(kind, object));
}

const FORMS = "path=value or path!=value expected, with commas between";

function readRequirement(reader: Reader, kinds: readonly KindInfo[]): Matches {
  reader.skipSpace();
  const start = reader.at;
  const path = readPath(reader, true);
  if (reader.at === start) reader.fail(FORMS);
  const byKind = pathsOf(reader, { start, path, kinds });
  reader.skipSpace();
  const operator = reader.match(/==?|!=/y) ?? reader.fail(FORMS);
  const wanted = readValue(reader);
  return (kind, object) => {
    const field = byKind.get(kind);
    const isEqual = field ? isAnyOf(field, object, wanted) : wanted === "";
    return isEqual === (operator !== "!=");
  };
}

interface Written {
  readonly start: number;
  readonly path: Path;
  readonly kinds: readonly KindInfo[];
}

function pathsOf(reader: Reader, { start, path, kinds }: Written): ReadonlyMap<KindInfo, FieldPath> {
  const found = new Map<KindInfo, FieldPath>();
  let problem = "";
  for (const kind of kinds) {
    const field = fieldPath(kind, path);
    if (typeof field === "string") problem ||= field;
    else found.set(kind, field);
  }
  return found.size > 0 ? found : reader.fail(problem, start);
}

/** To the next comma; `\,` and `\\` are themselves, as in Kubernetes. */
function readValue(reader: Reader): string {
  const written = reader.match(/(?:[^,\\]|\\.)*/sy) ?? "";
  return written.replace(/\\(.)/gs, "$1").trim();
}

function isAnyOf({ find, schema }: FieldPath, object: JoinedObject, wanted: string): boolean {
  const found = find(object);
  if (found.length === 0) return wanted === "";
  const amount = schema && isQuantitySchema(schema) ? parseQuantity(wanted) : undefined;
  if (amount === undefined) return found.some((value) => textOf(value) === wanted);
  return found.some((value) => parseQuantity(textOf(value)) === amount);
}
