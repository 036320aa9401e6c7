import type { TSchema } from "typebox";
import type { FieldEffect } from "../../../resources/field-effect.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import { API_VERSION, Metadata } from "../../../resources/meta.ts";
import {
  asListSchema,
  asObjectSchema,
  effectOf,
  fieldSchema,
  type ObjectSchema,
} from "../../../resources/schema-shape.ts";
import { didYouMean } from "../../config/did-you-mean.ts";
import { UsageError } from "../../config/usage-error.ts";
import { requireKind } from "../select/references.ts";
import { descriptionOf, factsOf, typeName } from "./describe-schema.ts";

interface Place {
  readonly schema: TSchema;
  readonly effect: FieldEffect | undefined;
}

/** The text of `explain KIND.field.field`. UsageError for a kind or field there is not. */
export function explainField(path: string, recursive: boolean): string {
  const [word = "", ...fields] = path.split(".");
  const kind = requireKind(word);
  const head = [`KIND:     ${kind.kind}`, `VERSION:  ${API_VERSION}`];
  if (fields.length === 0) {
    const body = ["", kind.description, "", "FIELDS:", ...kindFields(kind, recursive)];
    return `${[...head, ...body].join("\n")}\n`;
  }
  const place = find(kind, fields);
  const title = [`FIELD:    ${fields.join(".")} <${typeName(place.schema)}>`];
  const words = [descriptionOf(place.schema), ...factsOf(place.schema, place.effect)].filter(
    (text) => text !== undefined,
  );
  const below = fieldLines(place, recursive, "  ");
  const body = ["", ...words, ...(below.length > 0 ? ["", "FIELDS:", ...below] : [])];
  return `${[...head, ...title, ...body].join("\n")}\n`;
}

const roots = (kind: KindInfo): Readonly<Record<string, TSchema>> => ({
  metadata: Metadata,
  spec: kind.spec,
  status: kind.status,
});

function kindFields(kind: KindInfo, recursive: boolean): string[] {
  return Object.entries(roots(kind)).flatMap(([name, schema]) => {
    const below = recursive || name === "spec" ? fieldLines({ schema, effect: undefined }, recursive, "    ") : [];
    return [`  ${name} <object>`, ...below];
  });
}

function find(kind: KindInfo, fields: readonly string[]): Place {
  const [root = "", ...rest] = fields;
  const schema = roots(kind)[root];
  if (!schema)
    throw new UsageError(`${kind.singular} has no field "${root}"${didYouMean(root, Object.keys(roots(kind)))}`);
  let place: Place = { schema, effect: effectOf(schema) };
  let walked = root;
  for (const name of rest) {
    place = step(place, name, `${kind.singular}.${walked}`);
    walked += `.${name}`;
  }
  return place;
}

function step(place: Place, name: string, where: string): Place {
  const shapes = shapesOf(place.schema);
  for (const shape of shapes) {
    const schema = fieldSchema(shape, name);
    if (schema) return { schema, effect: effectOf(schema) ?? place.effect };
  }
  const known = shapes.flatMap(({ properties }) => Object.keys(properties));
  throw new UsageError(`${where} has no field "${name}"${didYouMean(name, known)}`);
}

/** The objects a value may be: itself, the items of a list, the branches of a union. */
function shapesOf(schema: TSchema): ObjectSchema[] {
  const own = asObjectSchema(schema);
  if (own) return [own];
  const list = asListSchema(schema);
  if (list) return shapesOf(list.items);
  return ((schema as { anyOf?: TSchema[] }).anyOf ?? []).flatMap(shapesOf);
}

function fieldLines(place: Place, recursive: boolean, indent: string): string[] {
  return shapesOf(place.schema).flatMap((shape) => {
    const plain = Object.entries(shape.properties).map(([name, schema]) => ({ name, schema }));
    const byPattern = shape.patterns.map(([pattern, schema]) => ({ name: `/${pattern.source}/`, schema }));
    return [...plain, ...byPattern].flatMap(({ name, schema }) => {
      const required = shape.required.includes(name) ? " -required-" : "";
      const text = descriptionOf(schema);
      const line = `${indent}${name} <${typeName(schema)}>${required}${text ? `  ${text}` : ""}`;
      return recursive ? [line, ...fieldLines({ schema, effect: undefined }, true, `${indent}  `)] : [line];
    });
  });
}
