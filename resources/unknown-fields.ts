import type { TSchema } from "typebox";
import { isUnknownField } from "./explain-errors.ts";
import type { StoredObject } from "./meta.ts";
import { formatPath, type ProblemPath } from "./problem.ts";
import { schemaProblems, validateManifest } from "./validate.ts";

/** Fields of a stored object that this program does not know, as people write them: `spec.interfaces[0].tomorrow`. */
export function unknownFields(object: StoredObject): readonly string[] {
  const verdict = validateManifest(object);
  const unknown = verdict.ok ? [] : verdict.problems.filter(isUnknownField);
  return [...new Set(unknown.map(({ path }) => formatPath(path)))];
}

/** The value without the fields that its schema does not know; itself, when it has none. Pure. */
export function withoutUnknown(schema: TSchema, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const paths = schemaProblems(schema, value)
    .filter(isUnknownField)
    .map(({ path }) => path);
  return paths.reduce<unknown>((left, path) => without(left, path), value);
}

function without(value: unknown, [step, ...rest]: ProblemPath): unknown {
  if (typeof value !== "object" || value === null || step === undefined) return value;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? without(item, rest) : item));
  const entries = Object.entries(value).filter(([field]) => rest.length > 0 || field !== step);
  return Object.fromEntries(entries.map(([field, item]) => [field, field === step ? without(item, rest) : item]));
}
