import type { TSchema } from "typebox";
import { didYouMean } from "../../../resources/did-you-mean.ts";
import type { FieldEffect } from "../../../resources/field-effect.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import { Metadata } from "../../../resources/meta.ts";
import {
  asListSchema,
  asObjectSchema,
  effectOf,
  fieldSchema,
  type ObjectSchema,
} from "../../../resources/schema-shape.ts";

/** A place in an object, by its schema; `effect` may come from a field above. */
export interface Place {
  readonly schema: TSchema;
  readonly effect: FieldEffect | undefined;
}

/** What stands at the top of every object and has fields. */
export const rootSchemas = (kind: KindInfo): Readonly<Record<string, TSchema>> =>
  kind.fields ?? { metadata: Metadata, spec: kind.spec, status: kind.status };

/**
 * The place that names lead to, through lists and unions without a word about them; a text saying which name there
 * is not, and what may have been meant.
 */
export function findPlace(kind: KindInfo, names: readonly string[]): Place | string {
  const [root = "", ...rest] = names;
  const roots = rootSchemas(kind);
  const schema = Object.hasOwn(roots, root) ? roots[root] : undefined;
  if (!schema) return `${kind.singular} has no field "${root}"${didYouMean(root, Object.keys(roots))}`;
  let place: Place = { schema, effect: effectOf(schema) };
  for (const [index, name] of rest.entries()) {
    const next = fieldOf(place, name);
    if (!next) return `${[kind.singular, root, ...rest.slice(0, index)].join(".")} ${unknownField(place, name)}`;
    place = next;
  }
  return place;
}

export function fieldOf(place: Place, name: string): Place | undefined {
  for (const shape of shapesOf(place.schema)) {
    const schema = fieldSchema(shape, name);
    if (schema) return { schema, effect: effectOf(schema) ?? place.effect };
  }
  return undefined;
}

/** `has no field "x"; did you mean "y"?` */
export function unknownField({ schema }: Place, name: string): string {
  const known = shapesOf(schema).flatMap(({ properties }) => Object.keys(properties));
  return `has no field "${name}"${didYouMean(name, known)}`;
}

/** The objects a value may be: itself, the items of a list, the branches of a union. */
export function shapesOf(schema: TSchema): ObjectSchema[] {
  const own = asObjectSchema(schema);
  if (own) return [own];
  const list = asListSchema(schema);
  if (list) return shapesOf(list.items);
  return ((schema as { anyOf?: TSchema[] }).anyOf ?? []).flatMap(shapesOf);
}
