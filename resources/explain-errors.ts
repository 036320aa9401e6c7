import type { ErrorObject } from "ajv";
import { explainUnion, PLAIN_NAME } from "./explain-union.ts";
import { meantField } from "./meant-field.ts";
import { patternName } from "./pattern-name.ts";
import type { Problem, ProblemPath } from "./problem.ts";
import { shown } from "./shown.ts";

/** The value as it stands in a message: `(got "two")`, cut short. */
export const got = (value: unknown): string => `(got ${shown(value)})`;

/** The same after a space; nothing for what must not be shown (a Secret's texts). */
const said = (error: ErrorObject): string => (isSecret(error) ? "" : ` ${got(error.data)}`);

const isSecret = ({ parentSchema }: ErrorObject): boolean =>
  (parentSchema as { writeOnly?: boolean } | undefined)?.writeOnly === true;

/** RFC 6901 pointer to path; steps into arrays as numbers. */
function pathOf(pointer: string, root: unknown): ProblemPath {
  let value: unknown = root;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => {
      const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
      const step = Array.isArray(value) ? Number(key) : key;
      value = (value as Record<string | number, unknown> | undefined)?.[step];
      return step;
    });
}

/** `{name: small}` where a bare name stands. */
function justTheName(error: ErrorObject): string {
  const { data, params } = error;
  if (params["type"] !== "string" || typeof data !== "object" || data === null || isSecret(error)) return "";
  const { name, ...more } = data as { readonly name?: unknown };
  return typeof name === "string" && PLAIN_NAME.test(name) && Object.keys(more).length === 0 ? `: write ${name}` : "";
}

type Explain = (error: ErrorObject, path: ProblemPath) => Problem;

const NOT_A_FIELD = "is not a field";

/** Whether the problem is a field that the schema does not name. */
export const isUnknownField = ({ message }: Problem): boolean => message === NOT_A_FIELD;

function unknownField(error: ErrorObject, path: ProblemPath): Problem {
  const field = String(error.params["additionalProperty"]);
  const parent = error.parentSchema as { properties?: object; patternProperties?: object } | undefined;
  const known = Object.keys(parent?.properties ?? {});
  const patterns = Object.keys(parent?.patternProperties ?? {});
  if (known.length === 0 && patterns[0] !== undefined)
    return { path: [...path, field], message: `is not ${patternName(patterns[0])}` };
  const suggestion = meantField(field, known, patterns);
  return { path: [...path, field], message: NOT_A_FIELD, ...(suggestion === undefined ? {} : { suggestion }) };
}

const EXPLAIN: Readonly<Record<string, Explain>> = {
  additionalProperties: unknownField,
  required: (error, path) => ({ path: [...path, String(error.params["missingProperty"])], message: "is required" }),
  type: (error, path) => ({ path, message: `must be ${error.params["type"]}${said(error)}${justTheName(error)}` }),
  const: (error, path) => ({ path, message: `must be ${JSON.stringify(error.schema)}${said(error)}` }),
  pattern: (error, path) => ({ path, message: `must be ${patternName(String(error.schema))}${said(error)}` }),
  format: (error, path) => ({ path, message: `must be a ${error.schema}${said(error)}` }),
  minimum: (error, path) => ({ path, message: `must be at least ${error.schema}${said(error)}` }),
  maximum: (error, path) => ({ path, message: `must be at most ${error.schema}${said(error)}` }),
  exclusiveMinimum: (error, path) => ({ path, message: `must be greater than ${error.schema}${said(error)}` }),
  minLength: (error, path) => ({ path, message: `must have at least ${error.schema} characters${said(error)}` }),
  maxLength: (error, path) => ({ path, message: `must have at most ${error.schema} characters` }),
  maxItems: (error, path) => ({ path, message: `must have at most ${error.schema} items` }),
  minItems: (error, path) => ({
    path,
    message: `must have at least ${error.schema} item${error.schema === 1 ? "" : "s"}`,
  }),
};

/** What ajv said (allErrors, verbose), in our words; of a union only what is wrong with the branch that was meant. */
export function explainErrors(errors: readonly ErrorObject[], root: unknown): Problem[] {
  const unions = outermostUnions(errors);
  const inUnion = (error: ErrorObject) => unions.some((union) => union === error || isWithin(error, union));
  const plain = errors.filter((error) => !inUnion(error)).map((error) => explainOne(error, root));
  const chosen = unions.flatMap((union) => {
    const parts = errors.filter((error) => isWithin(error, union));
    const verdict = explainUnion(union, parts);
    if ("problem" in verdict) {
      const { message, under = [], suggestion } = verdict.problem;
      const path = [...pathOf(union.instancePath, root), ...under];
      return [{ path, message, ...(suggestion === undefined ? {} : { suggestion }) }];
    }
    return explainErrors(verdict.branch, root);
  });
  return withoutMisspelled([...plain, ...chosen]);
}

function explainOne(error: ErrorObject, root: unknown): Problem {
  const path = pathOf(error.instancePath, root);
  return EXPLAIN[error.keyword]?.(error, path) ?? { path, message: error.message ?? "is not valid" };
}

function isWithin(error: ErrorObject, union: ErrorObject): boolean {
  const sameValue =
    error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`);
  return error !== union && sameValue && error.schemaPath.startsWith(`${union.schemaPath}/`);
}

function outermostUnions(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === "anyOf");
  return unions.filter((union) => !unions.some((outer) => isWithin(union, outer)));
}

/** A misspelled required field is one mistake, not two. */
function withoutMisspelled(problems: readonly Problem[]): Problem[] {
  const meant = new Set(
    problems.filter((it) => it.suggestion).map((it) => JSON.stringify([...it.path.slice(0, -1), it.suggestion])),
  );
  return problems.filter((it) => it.message !== "is required" || !meant.has(JSON.stringify(it.path)));
}
