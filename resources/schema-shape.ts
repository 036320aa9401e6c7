import type { TSchema } from "typebox";
import type { FieldEffect, ListType } from "./field-effect.ts";
import { QUANTITY_PATTERN } from "./quantity.ts";

export interface ObjectSchema {
  readonly properties: Readonly<Record<string, TSchema>>;
  readonly patterns: readonly (readonly [pattern: RegExp, schema: TSchema])[];
  readonly required: readonly string[];
}
export interface ListSchema {
  readonly items: TSchema;
  readonly listType: ListType;
  readonly mapKeys: readonly string[];
}

interface Raw {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly items?: TSchema;
  readonly listType?: ListType;
  readonly listMapKeys?: readonly string[];
  readonly effect?: FieldEffect;
  readonly anyOf?: readonly Raw[];
  readonly pattern?: string;
}

const objects = new WeakMap<object, ObjectSchema>();

/** The schema as an object's; `undefined` for scalars, lists and unions (which are compared and merged whole). */
export function asObjectSchema(schema: TSchema): ObjectSchema | undefined {
  const raw = schema as Raw;
  if (raw.type !== "object") return undefined;
  const known = objects.get(schema);
  if (known) return known;
  const shape: ObjectSchema = {
    properties: raw.properties ?? {},
    patterns: Object.entries(raw.patternProperties ?? {}).map(([pattern, field]) => [new RegExp(pattern, "u"), field]),
    required: raw.required ?? [],
  };
  objects.set(schema, shape);
  return shape;
}

/** The schema as a list's; without `listType` a list is atomic: replaced whole. */
export function asListSchema(schema: TSchema): ListSchema | undefined {
  const raw = schema as Raw;
  if (raw.type !== "array" || raw.items === undefined) return undefined;
  return { items: raw.items, listType: raw.listType ?? "atomic", mapKeys: raw.listMapKeys ?? [] };
}

/** The schema of one field, by name or by pattern; `undefined` for a field the schema does not know. */
export function fieldSchema(shape: ObjectSchema, field: string): TSchema | undefined {
  if (Object.hasOwn(shape.properties, field)) return shape.properties[field];
  return shape.patterns.find(([pattern]) => pattern.test(field))?.[1];
}

export const effectOf = (schema: TSchema): FieldEffect | undefined => (schema as Raw).effect;

/** "1Gi" and 1073741824 are the same quantity. */
export const isQuantitySchema = (schema: TSchema): boolean =>
  (schema as Raw).anyOf?.some((branch) => branch.pattern === QUANTITY_PATTERN) ?? false;

/** What tells two items of a `map` list apart. */
export const itemKey = (item: unknown, mapKeys: readonly string[]): string =>
  JSON.stringify(mapKeys.map((key) => (item as Readonly<Record<string, unknown>> | null)?.[key]));
