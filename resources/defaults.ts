import type { TSchema } from "typebox";
import type { KindInfo } from "./kinds.ts";
import { asObjectSchema, type ObjectSchema } from "./schema-shape.ts";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The spec with the schema's defaults filled in where nothing is written. For readers only: defaults are never
 * stored, so a default may change its value in a release and `get -o yaml | apply` stays `unchanged`.
 * The argument is left as it is.
 */
export function withDefaults<Spec>(kind: KindInfo, spec: Spec): Spec {
  return filled(kind.spec, spec) as Spec;
}

function filled(schema: TSchema, value: unknown): unknown {
  if (value === undefined) return defaultOf(schema);
  const shape = asObjectSchema(schema);
  if (!shape || !isRecord(value)) return value;
  return { ...value, ...filledFields(shape, value) };
}

function filledFields(shape: ObjectSchema, value: Record<string, unknown>): Record<string, unknown> {
  const fields = Object.entries(shape.properties).map(([name, field]): [string, unknown] => [
    name,
    filled(field, Object.hasOwn(value, name) ? value[name] : undefined),
  ]);
  return Object.fromEntries(fields.filter(([, field]) => field !== undefined));
}

/** An object without a default of its own still gets the defaults of its fields: `resources` alone means three. */
function defaultOf(schema: TSchema): unknown {
  const own = (schema as { default?: unknown }).default;
  if (own !== undefined) return structuredClone(own);
  const shape = asObjectSchema(schema);
  if (!shape || shape.required.length > 0) return undefined;
  const fields = filledFields(shape, {});
  return Object.keys(fields).length > 0 ? fields : undefined;
}
