import { canonicalJson } from "../../resources/canonical-json.ts";
import { closestWord } from "../../resources/closest-word.ts";
import type { Problem } from "../../resources/problem.ts";
import { Unresolvable, valueAt, withAdded, withRemoved, withReplaced } from "./edit-at.ts";
import { formatPointer, type Pointer, parsePointer } from "./json-pointer.ts";

const OPERATIONS = ["add", "remove", "replace", "move", "copy", "test"] as const;

/** One operation of RFC 6902; `from` for move and copy, `value` for add, replace and test. */
export interface Operation {
  readonly op: (typeof OPERATIONS)[number];
  readonly path: Pointer;
  readonly from: Pointer;
  readonly value: unknown;
}
export type ParsedJsonPatch =
  | { readonly ok: true; readonly operations: readonly Operation[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type Patched =
  | { readonly ok: true; readonly document: unknown }
  /** `isTest`: what the patch expected was not so. The problem's path is in the patch. */
  | { readonly ok: false; readonly isTest: boolean; readonly problem: Problem };

/** Members that the RFC does not know are ignored, as it says. Problems have their path in the patch. */
export function parseJsonPatch(value: unknown): ParsedJsonPatch {
  if (!Array.isArray(value)) return { ok: false, problems: [{ path: [], message: "must be a list of operations" }] };
  const problems = value.flatMap((item, index) => operationProblems(item, index));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, operations: (value as Record<string, unknown>[]).map(readOperation) };
}

const readOperation = ({ op, path, from = "", value }: Record<string, unknown>): Operation => ({
  op: op as Operation["op"],
  path: parsePointer(path as string) ?? [],
  from: parsePointer(from as string) ?? [],
  value,
});

function operationProblems(item: unknown, index: number): Problem[] {
  if (typeof item !== "object" || item === null || Array.isArray(item))
    return [{ path: [index], message: 'must be an operation such as {"op": "remove", "path": "/spec/hostname"}' }];
  const { op } = item as { op?: unknown };
  if (!OPERATIONS.some((known) => known === op)) return [unknownOperation(op, index)];
  const pointers = op === "move" || op === "copy" ? ["path", "from"] : ["path"];
  const wrong = pointers.flatMap((field) => pointerProblem(own(item, field), [index, field]));
  const needsValue = op === "add" || op === "replace" || op === "test";
  if (needsValue && !Object.hasOwn(item, "value"))
    wrong.push({ path: [index, "value"], message: `is required by ${op}` });
  return wrong;
}

const own = (item: object, field: string): unknown =>
  Object.hasOwn(item, field) ? (item as Record<string, unknown>)[field] : undefined;

function unknownOperation(op: unknown, index: number): Problem {
  const suggestion = typeof op === "string" ? closestWord(op, OPERATIONS) : undefined;
  const message = `must be one of ${OPERATIONS.join(", ")} (got ${JSON.stringify(op) ?? "nothing"})`;
  return { path: [index, "op"], message, ...(suggestion === undefined ? {} : { suggestion }) };
}

function pointerProblem(value: unknown, path: Problem["path"]): Problem[] {
  if (typeof value === "string" && parsePointer(value)) return [];
  const got = JSON.stringify(value) ?? "nothing";
  return [{ path, message: `must be a path such as /spec/hostname, in names ~1 for / and ~0 for ~ (got ${got})` }];
}

/** All operations one after the other, or none. Pure. */
export function applyJsonPatch(document: unknown, operations: readonly Operation[]): Patched {
  let patched = document;
  for (const [index, operation] of operations.entries()) {
    try {
      patched = applyOperation(patched, operation);
    } catch (error) {
      if (!(error instanceof Unresolvable)) throw error;
      const message = `${operation.op} cannot be done: ${error.message}`;
      return { ok: false, isTest: error instanceof TestFailed, problem: { path: [index], message } };
    }
  }
  return { ok: true, document: patched };
}

/** The document is not what whoever wrote the patch took it for. */
class TestFailed extends Unresolvable {}

function applyOperation(document: unknown, { op, path, from, value }: Operation): unknown {
  switch (op) {
    case "add":
      return withAdded(document, path, value);
    case "remove":
      return withRemoved(document, path);
    case "replace":
      return withReplaced(document, path, value);
    case "copy":
      return withAdded(document, path, valueAt(document, from));
    case "move":
      return moved(document, from, path);
    case "test":
      return tested(document, path, value);
  }
}

function moved(document: unknown, from: Pointer, path: Pointer): unknown {
  const isInside = path.length > from.length && from.every((step, depth) => path[depth] === step);
  if (isInside) throw new Unresolvable(`${formatPointer(path)} is part of ${formatPointer(from) || "the document"}`);
  return withAdded(withRemoved(document, from), path, valueAt(document, from));
}

function tested(document: unknown, path: Pointer, value: unknown): unknown {
  const found = foundAt(document, path);
  if (found !== undefined && canonicalJson(found) === canonicalJson(value)) return document;
  const at = formatPointer(path) || "the document";
  throw new TestFailed(found === undefined ? `${at} is not there` : `${at} is ${shown(found)}, not ${shown(value)}`);
}

function foundAt(document: unknown, path: Pointer): unknown {
  try {
    return valueAt(document, path);
  } catch (error) {
    if (error instanceof Unresolvable) return undefined;
    throw error;
  }
}

const LONGEST = 60;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
