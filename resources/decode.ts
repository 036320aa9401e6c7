import type { TSchema } from "typebox";
import { compileSchema } from "./compile-schema.ts";
import { explainErrors } from "./explain-errors.ts";
import { openSchema } from "./open-schema.ts";
import { formatProblem } from "./problem.ts";
import type { Converted } from "./versions.ts";

/**
 * Reads a stored text as hostile (S8). Structurally the store's `Decode`: this folder imports no other.
 * `key` is relative to the root and must agree with what the text says of itself.
 */
export type Decode<T> = (
  key: string,
  text: string,
) => { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Longer texts are not even parsed: nothing of ours writes them. */
const TEXT_LIMIT = 512 * 1024;
/** Nothing of ours comes near. What walks a value later does so by recursion, and its stack would end first. */
const DEPTH_LIMIT = 64;
const PROBLEMS_SHOWN = 3;

/**
 * A decoder for one schema. Fields the schema does not know are kept (a newer version may have written them).
 * `agrees` says what is wrong between key and value, or nothing; `toCurrent` makes of an older form the present one.
 */
export function decodeWith<T>(
  schema: TSchema,
  agrees: (key: string, value: T) => string | undefined,
  toCurrent: (stored: unknown) => Converted = asStored,
): Decode<T> {
  const open = openSchema(schema);
  return (key, text) => {
    const parsed = parseStored(text);
    const current = "problem" in parsed ? parsed : toCurrent(parsed.value);
    if ("problem" in current) return { ok: false, problem: current.problem };
    const validate = compileSchema(open);
    if (!validate(current.value)) {
      const problems = explainErrors(validate.errors ?? [], current.value).slice(0, PROBLEMS_SHOWN);
      return { ok: false, problem: problems.map(formatProblem).join("; ") };
    }
    const value = current.value as T;
    const problem = agrees(key, value);
    return problem === undefined ? { ok: true, value } : { ok: false, problem };
  };
}

const asStored = (value: unknown): Converted => ({ value });

/** A stored text as a value that may be walked and copied: not too long, not too deep, no prototype in it. Pure. */
export function parseStored(text: string): Converted {
  if (text.length > TEXT_LIMIT) return { problem: `is longer than ${TEXT_LIMIT} characters` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "is not JSON" };
  }
  if (isDeeper(value, DEPTH_LIMIT)) return { problem: `is nested deeper than ${DEPTH_LIMIT} levels` };
  // A `__proto__` key is an own property after JSON.parse and turns into a prototype at the first careless copy.
  const suspicious = text.includes("__proto__") || text.includes("\\u");
  if (suspicious && hasProtoKey(value)) return { problem: "holds a field named __proto__" };
  return { value };
}

/** Goes no deeper than the limit itself; without lists of its own, because every record that is read passes here. */
function isDeeper(value: unknown, limit: number): boolean {
  if (limit < 0) return true;
  if (typeof value !== "object" || value === null) return false;
  for (const name in value) if (isDeeper((value as Record<string, unknown>)[name], limit - 1)) return true;
  return false;
}

function hasProtoKey(root: unknown): boolean {
  const open = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    if (Object.hasOwn(value, "__proto__")) return true;
    open.push(...Object.values(value));
  }
  return false;
}

/** The last words every key check uses. */
export const disagrees = (what: string): string => `does not belong under this key: ${what}`;
