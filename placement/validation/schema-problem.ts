import type { TSchema } from "typebox";
import { Check, Errors } from "typebox/value";
import { quoted, shownValue } from "./shown-value.ts";
import { UUID_LIKE } from "./uuid.ts";

type SchemaError = ReturnType<typeof Errors>[number];
type Params = Readonly<Record<string, unknown>>;

/**
 * Why a value does not match a schema, in the words of Placement's own answers, which clients and upstream's tests look
 * into (the library behind them names the value, the rule and where it stands); `undefined` when it matches. Of several
 * reasons the one nearest the top is told.
 */
export function schemaProblem(schema: TSchema, value: unknown): string | undefined {
  if (Check(schema, value)) return undefined;
  const errors = Errors(schema, value).filter(({ keyword }) => keyword !== "boolean");
  const depth = ({ instancePath }: SchemaError) => instancePath.split("/").length;
  const shallowest = Math.min(...errors.map(depth));
  const top = errors.filter((error) => depth(error) === shallowest);
  const worst = top.find(({ keyword }) => keyword !== "anyOf") ?? top[0];
  return worst ? `${reasonOf(worst, schema, value)}\n\n${whereFailed(worst)}` : "the value does not match its schema";
}

function reasonOf(error: SchemaError, schema: TSchema, root: unknown): string {
  const value = at(root, error.instancePath);
  const params = error.params as Params;
  const say = REASONS[error.keyword];
  return say
    ? say({ shown: shownValue(value), value, params, schema: at(schema, schemaPointer(error)) })
    : error.message;
}

interface Told {
  readonly shown: string;
  readonly value: unknown;
  readonly params: Params;
  /** The schema that failed. */
  readonly schema: unknown;
}

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const limit = ({ limit }: Params): string => String(limit);

const REASONS: Readonly<Record<string, (told: Told) => string>> = {
  type: ({ shown, params }) =>
    `${shown} is not of type ${[params["type"]]
      .flat()
      .map((type) => quoted(String(type)))
      .join(", ")}`,
  required: ({ params }) => `${quoted(list(params["requiredProperties"])[0] ?? "")} is a required property`,
  additionalProperties: unexpected,
  minProperties: ({ shown }) => `${shown} does not have enough properties`,
  minItems: ({ shown }) => `${shown} is too short`,
  minLength: ({ shown }) => `${shown} is too short`,
  maxLength: ({ shown }) => `${shown} is too long`,
  uniqueItems: ({ shown }) => `${shown} has non-unique elements`,
  minimum: ({ shown, params }) => `${shown} is less than the minimum of ${limit(params)}`,
  maximum: ({ shown, params }) => `${shown} is greater than the maximum of ${limit(params)}`,
  enum: ({ shown, params }) => `${shown} is not one of [${list(params["allowedValues"]).map(quoted).join(", ")}]`,
  pattern: ({ shown, params }) =>
    params["pattern"] === UUID_LIKE
      ? `${shown} is not a 'uuid'`
      : `${shown} does not match ${quoted(String(params["pattern"]))}`,
};

function unexpected({ params, schema }: Told): string {
  const names = list(params["additionalProperties"])
    .slice(0, 10)
    .map((name) => shownValue(name));
  const patterns = Object.keys((schema as { patternProperties?: object }).patternProperties ?? {});
  if (patterns.length > 0)
    return `${names.join(", ")} ${names.length === 1 ? "does" : "do"} not match any of the regexes: ${patterns.map(quoted).join(", ")}`;
  return `Additional properties are not allowed (${names.join(", ")} ${names.length === 1 ? "was" : "were"} unexpected)`;
}

function whereFailed(error: SchemaError): string {
  const isUuid = (error.params as Params)["pattern"] === UUID_LIKE;
  const keyword = isUuid ? "format" : error.keyword;
  const steps = error.schemaPath.split("/").slice(1).map(unescaped);
  return `Failed validating ${quoted(keyword)} in schema${steps.map((step) => `[${quoted(step)}]`).join("")}`;
}

const schemaPointer = ({ schemaPath }: SchemaError): string => schemaPath.replace(/^#/, "");
const unescaped = (step: string): string => step.replaceAll("~1", "/").replaceAll("~0", "~");

function at(root: unknown, pointer: string): unknown {
  let value = root;
  for (const step of pointer.split("/").slice(1).map(unescaped))
    value = (value as Record<string, unknown> | undefined)?.[step];
  return value;
}
