import type { TSchema } from "typebox";

const opened = new WeakMap<object, TSchema>();

/** The same schema without `additionalProperties: false`: what is stored may come from a newer version (I7). */
export function openSchema(schema: TSchema): TSchema {
  const known = opened.get(schema);
  if (known) return known;
  const open = strip(schema) as TSchema;
  opened.set(schema, open);
  return open;
}

function strip(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strip);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).filter(([key, value]) => key !== "additionalProperties" || value !== false);
  return Object.fromEntries(entries.map(([key, value]) => [key, strip(value)]));
}
