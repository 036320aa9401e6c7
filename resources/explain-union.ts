import type { ErrorObject } from "ajv";
import { closestWord } from "./closest-word.ts";
import { shown } from "./shown.ts";

interface UnionProblem {
  readonly message: string;
  /** Below the value the union stands for. */
  readonly under?: readonly string[];
  readonly suggestion?: string;
}
export type UnionVerdict = { readonly problem: UnionProblem } | { readonly branch: readonly ErrorObject[] };

interface Branch {
  readonly type?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Either one sentence for the whole union, or the errors of the branch that was most likely meant. */
export function explainUnion(union: ErrorObject, parts: readonly ErrorObject[]): UnionVerdict {
  const branches = union.schema as readonly Branch[];
  const problem = ofLiterals(branches, union.data) ?? ofTypes(branches, union.data) ?? ofTwoForms(branches, union.data);
  if (problem) return { problem };
  const groups = branches.map((_, index) =>
    parts.filter((error) => error.schemaPath.startsWith(`${union.schemaPath}/${index}/`)),
  );
  const [best] = groups.map((errors) => ({ errors, cost: cost(errors, union) })).sort((a, b) => a.cost - b.cost);
  return { branch: best?.errors ?? [] };
}

function ofLiterals(branches: readonly Branch[], value: unknown): UnionProblem | undefined {
  if (!branches.every((branch) => branch.const !== undefined)) return undefined;
  const words = branches.map((branch) => String(branch.const));
  const suggestion = typeof value === "string" ? closestWord(value, words) : undefined;
  const message = `must be one of ${words.join(", ")} (got ${shown(value)})`;
  return { message, ...(suggestion === undefined ? {} : { suggestion }) };
}

function isOfType(value: unknown, type: string | undefined): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return type === undefined || typeof value === type;
}

function ofTypes(branches: readonly Branch[], value: unknown): UnionProblem | undefined {
  if (branches.some((branch) => isOfType(value, branch.type))) return undefined;
  const types = [...new Set(branches.map((branch) => branch.type))];
  return { message: `must be ${types.join(" or ")} (got ${shown(value)})${asName(branches, value)}` };
}

/** What needs no quotes in YAML and is no number. */
export const PLAIN_NAME = /^[a-z][a-z0-9.-]*$/;

/** A bare name where an object with that name stands. */
function asName(branches: readonly Branch[], value: unknown): string {
  const isNamed = branches.some(({ properties }) => Object.hasOwn(properties ?? {}, "name"));
  return isNamed && typeof value === "string" && PLAIN_NAME.test(value) ? `: write {name: ${value}}` : "";
}

/** Two forms mixed in one object, as {name, source}: each is fine alone. */
function ofTwoForms(branches: readonly Branch[], value: unknown): UnionProblem | undefined {
  if (!isOfType(value, "object") || !branches.every((branch) => branch.properties)) return undefined;
  const formOf = (field: string) => branches.findIndex((branch) => Object.hasOwn(branch.properties ?? {}, field));
  const fields = Object.keys(value as object).filter((field) => formOf(field) >= 0);
  const [first] = fields;
  const other = fields.find((field) => first !== undefined && formOf(field) !== formOf(first));
  if (first === undefined || other === undefined) return undefined;
  return { under: [other], message: `cannot stand beside ${first}` };
}

/** How far a branch is from what was written: a wrong type is another branch, a wrong field nearly so. */
function cost(errors: readonly ErrorObject[], union: ErrorObject): number {
  const price: Readonly<Record<string, number>> = { type: 100, const: 50, required: 10, additionalProperties: 10 };
  return errors.reduce(
    (sum, error) => sum + (error.instancePath === union.instancePath ? (price[error.keyword] ?? 1) : 1),
    0,
  );
}
