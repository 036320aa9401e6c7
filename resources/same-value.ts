import type { TSchema } from "typebox";
import { canonicalJson } from "./canonical-json.ts";
import { parseQuantity } from "./quantity.ts";
import { asListSchema, isQuantitySchema } from "./schema-shape.ts";

/** Whether two values mean the same: quantities by their amount, sets without order, everything else as JSON. */
export function sameValue(schema: TSchema | undefined, one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one === other;
  return meaning(schema, one) === meaning(schema, other);
}

function meaning(schema: TSchema | undefined, value: unknown): string {
  const amount = schema && isQuantitySchema(schema) ? parseQuantity(value as string | number) : undefined;
  if (amount !== undefined) return String(amount);
  const isSet = schema && asListSchema(schema)?.listType === "set" && Array.isArray(value);
  return canonicalJson(isSet ? [...new Set(value.map(canonicalJson))].sort() : value);
}
