import type { TSchema } from "typebox";
import { canonicalJson } from "../canonical-json.ts";
import { sameKnownValue } from "../same-known-value.ts";
import { asListSchema, asObjectSchema, fieldSchema, itemKey, type ListSchema } from "../schema-shape.ts";

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The live value with everything set that is wanted, and nothing taken away. Objects merge by field, `map` lists by
 * item, sets by value; whatever else (scalars, unions, atomic lists) is replaced whole, unless it means the same: then
 * it stays as it was written. What is there keeps its place, what is new follows, so an unchanged object stays the
 * same text whoever applies it. Pure; neither side is modified.
 */
export function overlay(schema: TSchema | undefined, live: unknown, wanted: unknown): unknown {
  if (live === undefined) return wanted;
  const merged = schema && (overObject(schema, live, wanted) ?? overList(schema, live, wanted));
  return merged ?? (sameKnownValue(schema, live, wanted) ? live : wanted);
}

function overObject(schema: TSchema, live: unknown, wanted: unknown): Fields | undefined {
  return asObjectSchema(schema) && isFields(live) && isFields(wanted) ? overFields(schema, live, wanted) : undefined;
}

function overList(schema: TSchema, live: unknown, wanted: unknown): unknown[] | undefined {
  const list = asListSchema(schema);
  if (!list || list.listType === "atomic" || !Array.isArray(live) || !Array.isArray(wanted)) return undefined;
  return list.listType === "map" ? overItems(list, live, wanted) : overSet(live, wanted);
}

function overFields(schema: TSchema, live: Fields, wanted: Fields): Fields {
  const shape = asObjectSchema(schema);
  const names = [...new Set([...Object.keys(live), ...Object.keys(wanted)])];
  // Never the prototype's: a field may be called `constructor` or `__proto__`.
  const own = (fields: Fields, name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const merged = names.map((name) => {
    const value = Object.hasOwn(wanted, name)
      ? overlay(shape && fieldSchema(shape, name), own(live, name), wanted[name])
      : live[name];
    return [name, value] as const;
  });
  return Object.fromEntries(merged);
}

function overItems(list: ListSchema, live: readonly unknown[], wanted: readonly unknown[]): unknown[] {
  const byKey = new Map(wanted.map((item) => [itemKey(item, list.mapKeys), item]));
  const kept = live.map((item) => {
    const key = itemKey(item, list.mapKeys);
    const own = byKey.get(key);
    byKey.delete(key);
    return own === undefined ? item : overlay(list.items, item, own);
  });
  return [...kept, ...byKey.values()];
}

function overSet(live: readonly unknown[], wanted: readonly unknown[]): unknown[] {
  const known = new Set(live.map(canonicalJson));
  const fresh = wanted.filter((item) => !known.has(canonicalJson(item)));
  return [...live, ...new Map(fresh.map((item) => [canonicalJson(item), item])).values()];
}
