import type { TSchema } from "typebox";
import { canonicalJson } from "../resources/canonical-json.ts";
import { asListSchema, asObjectSchema, fieldSchema, itemKey, type ListSchema } from "../resources/schema-shape.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The three sides of a merge. `last` is an outline (see outline.ts); any side may be absent. */
export interface ThreeSides {
  readonly last: unknown;
  readonly wanted: unknown;
  readonly live: unknown;
}

/**
 * What the live value becomes: what is wanted is set, what the last apply set and this one no longer wants is taken
 * away, everything else is somebody else's and stays. Objects merge by field, `map` lists by item, sets by value;
 * whatever else (scalars, unions, atomic lists) is replaced whole. Pure; none of the sides is modified; a side that
 * has another shape than the schema says counts as absent.
 */
export function threeWay(schema: TSchema | undefined, sides: ThreeSides): unknown {
  if (schema && asObjectSchema(schema) && isFields(sides.wanted)) return mergeFields(schema, sides, sides.wanted);
  const list = schema && asListSchema(schema);
  if (list && Array.isArray(sides.wanted)) return mergeList(list, sides, sides.wanted);
  return sides.wanted;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** Never the prototype's: a field may be called `constructor` or `__proto__`. */
const own = (fields: Fields, field: string): unknown => (Object.hasOwn(fields, field) ? fields[field] : undefined);

/** Live fields keep their order, so an unchanged object stays the same text. */
function mergeFields(schema: TSchema, sides: ThreeSides, wanted: Fields): Fields {
  const [last, live] = [fieldsOf(sides.last), fieldsOf(sides.live)];
  const shape = asObjectSchema(schema);
  const merged = [...new Set([...Object.keys(live), ...Object.keys(wanted)])].flatMap((field): [string, unknown][] => {
    if (!Object.hasOwn(wanted, field)) return Object.hasOwn(last, field) ? [] : [[field, live[field]]];
    const below = { last: own(last, field), wanted: wanted[field], live: own(live, field) };
    return [[field, threeWay(shape && fieldSchema(shape, field), below)]];
  });
  return Object.fromEntries(merged);
}

function mergeList(list: ListSchema, sides: ThreeSides, wanted: readonly unknown[]): unknown {
  if (list.listType === "atomic") return wanted;
  const isMap = list.listType === "map";
  const keyOf = (item: unknown) => (isMap ? itemKey(item, list.mapKeys) : canonicalJson(item));
  const byKey = (items: readonly unknown[]) => new Map(items.map((item) => [keyOf(item), item]));
  const [last, live, own] = [byKey(itemsOf(sides.last)), byKey(itemsOf(sides.live)), byKey(wanted)];
  const foreign = [...live].filter(([key]) => !own.has(key) && !last.has(key)).map(([, item]) => item);
  const merged = [...own].map(([key, item]) =>
    isMap ? threeWay(list.items, { last: last.get(key), wanted: item, live: live.get(key) }) : item,
  );
  const result = [...merged, ...foreign];
  return !isMap && isSameSet(result, sides.live) ? sides.live : result;
}

/** The order of a set means nothing, so another order is no change. */
function isSameSet(result: readonly unknown[], live: unknown): boolean {
  if (!Array.isArray(live) || live.length !== result.length) return false;
  const texts = new Set(live.map(canonicalJson));
  return result.every((item) => texts.has(canonicalJson(item)));
}
