import type { TSchema } from "typebox";
import { sameKnownValue } from "./same-known-value.ts";
import { asListSchema, asObjectSchema, fieldSchema, itemKey, type ListSchema } from "./schema-shape.ts";

/**
 * The value with what only the other one's writer knew: fields that the schema does not know, in the objects and the
 * items of keyed lists that both have. Unions and other lists are one whole: kept when they say the same, or not. Pure.
 */
export function withUnknown(schema: TSchema, value: unknown, other: unknown): unknown {
  const list = asListSchema(schema);
  if (list?.listType === "map" && Array.isArray(value) && Array.isArray(other)) return inItems(list, value, other);
  const shape = asObjectSchema(schema);
  if (!shape || !isFields(value) || !isFields(other)) return sameKnownValue(schema, other, value) ? other : value;
  const own = Object.entries(value).map(([field, item]) => {
    const known = fieldSchema(shape, field);
    return [field, known && Object.hasOwn(other, field) ? withUnknown(known, item, other[field]) : item] as const;
  });
  const kept = Object.entries(other).filter(([field]) => !Object.hasOwn(value, field) && !fieldSchema(shape, field));
  return Object.fromEntries([...own, ...kept]);
}

function inItems({ items, mapKeys }: ListSchema, value: readonly unknown[], other: readonly unknown[]): unknown[] {
  const byKey = new Map(other.map((item) => [itemKey(item, mapKeys), item]));
  return value.map((item) => withUnknown(items, item, byKey.get(itemKey(item, mapKeys))));
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
