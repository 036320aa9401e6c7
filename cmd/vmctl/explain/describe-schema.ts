import type { TSchema } from "typebox";
import type { FieldEffect } from "../../../resources/field-effect.ts";
import { asListSchema, effectOf, isQuantitySchema } from "../../../resources/schema-shape.ts";

/** The parts of a JSON schema that say something to people. */
interface Words {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly TSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly description?: string;
}

/** `integer`, `quantity`, `[]object`, `Never | OnChange`. */
export function typeName(schema: TSchema): string {
  const { type, const: only, anyOf } = schema as Words;
  if (only !== undefined) return String(only);
  if (isQuantitySchema(schema)) return "quantity";
  if (anyOf) return [...new Set(anyOf.map(typeName))].join(" | ");
  const list = asListSchema(schema);
  return list ? `[]${typeName(list.items)}` : (type ?? "any");
}

export const descriptionOf = (schema: TSchema): string | undefined => (schema as Words).description;

/** `default 512Mi`; `undefined` where there is none, or none that a manifest could say. */
export function defaultOf(schema: TSchema): string | undefined {
  const { default: byDefault } = schema as Words;
  if (byDefault === undefined) return undefined;
  return `default ${typeof byDefault === "string" ? byDefault : JSON.stringify(byDefault)}`;
}

/** Default, limits and effect, each as `name: value`. `effect` is the one inherited from above. */
export function factsOf(schema: TSchema, effect: FieldEffect | undefined): string[] {
  const { default: byDefault, minimum, maximum, maxLength, maxItems, pattern } = schema as Words;
  const own = effectOf(schema) ?? effect;
  const facts: (readonly [string, unknown])[] = [
    ["default", byDefault === undefined ? undefined : JSON.stringify(byDefault)],
    ["at least", minimum],
    ["at most", maximum],
    ["longest", maxLength],
    ["most items", maxItems],
    ["pattern", pattern],
    ["a change", own && EFFECT[own]],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${String(value)}`]));
}

const EFFECT: Readonly<Record<FieldEffect, string>> = {
  live: "takes effect at once",
  restart: "takes effect with the next restart",
  guestConfig: "reaches the guest only when it is recreated",
  recreate: "needs a new disk: updatePolicy.recreate OnChange, or `vmctl recreate`",
  bound: "is refused once the instance has a hypervisor",
};
