import type { TSchema } from "typebox";
import { effectOf } from "../../../resources/schema-shape.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Ours, which no editor knows: how lists merge, and what a change does (told in the description instead). */
const OWN = ["effect", "listType", "listMapKeys"];
/** Keywords whose value maps names to schemas: a field may have any name, `effect` too. */
const OF_NAMES = ["properties", "patternProperties"];
/** Keywords whose value is a schema or a list of them. */
const OF_SCHEMAS = ["items", "anyOf", "allOf", "oneOf", "not", "additionalProperties"];

/** A schema of ours as plain JSON Schema. */
export function editorSchema(schema: TSchema): JsonSchema {
  // Without what the schema library keeps beside the JSON.
  return plain(JSON.parse(JSON.stringify(schema)) as JsonSchema);
}

function plain(schema: JsonSchema): JsonSchema {
  const kept = Object.entries(schema).filter(([keyword]) => !OWN.includes(keyword));
  const result = Object.fromEntries(kept.map(([keyword, value]) => [keyword, below(keyword, value)]));
  const effect = effectOf(schema as TSchema);
  if (effect === undefined) return result;
  const description = [result["description"], `a change: ${effect}`].filter(Boolean).join("; ");
  return { ...result, description };
}

function below(keyword: string, value: unknown): unknown {
  if (OF_NAMES.includes(keyword)) {
    const fields = Object.entries(value as Readonly<Record<string, JsonSchema>>);
    return Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]));
  }
  if (!OF_SCHEMAS.includes(keyword) || typeof value !== "object") return value;
  return Array.isArray(value) ? value.map((branch) => plain(branch as JsonSchema)) : plain(value as JsonSchema);
}
