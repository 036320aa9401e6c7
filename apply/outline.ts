import type { TSchema } from "typebox";
import { asListSchema, asObjectSchema, fieldSchema, type ListSchema } from "../resources/schema-shape.ts";

/**
 * Which fields a manifest set, without what it set them to: all that the next apply needs to know what to take away.
 * Values stay only where they are the name of something: items of sets, keys of `map` lists. So what is remembered
 * is small (user-data of 64 KiB is `null`), and no secret is stored twice.
 */
export function outline(schema: TSchema | undefined, value: unknown): unknown {
  const shape = schema && asObjectSchema(schema);
  if (shape && typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([field, item]) => [field, outline(fieldSchema(shape, field), item)]);
    return Object.fromEntries(entries as [string, unknown][]);
  }
  const list = schema && asListSchema(schema);
  if (list && list.listType !== "atomic" && Array.isArray(value)) return value.map((item) => outlineItem(list, item));
  return null;
}

function outlineItem(list: ListSchema, item: unknown): unknown {
  if (list.listType === "set") return item;
  const fields = item as Readonly<Record<string, unknown>>;
  const keys = list.mapKeys.filter((key) => Object.hasOwn(fields, key)).map((key) => [key, fields[key]]);
  return { ...(outline(list.items, item) as object), ...Object.fromEntries(keys as [string, unknown][]) };
}
