import type { TSchema } from "typebox";
import { didYouMean } from "../../../resources/did-you-mean.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import { asListSchema } from "../../../resources/schema-shape.ts";
import { fieldOf, type Place, rootSchemas, unknownField } from "../explain/find-place.ts";
import { evaluate } from "./jsonpath/evaluate.ts";
import type { Path, Step } from "./jsonpath/path.ts";

/** A path checked against the schema of one kind. */
export interface FieldPath {
  /** What is there; where nothing is, the default that the schema says. */
  readonly find: (object: unknown) => readonly unknown[];
  /** Unknown behind a filter, a recursion or a union. */
  readonly schema: TSchema | undefined;
}

interface Walk {
  readonly place: Place | undefined;
  readonly steps: readonly Step[];
}

const TOP: readonly string[] = ["apiVersion", "kind"];

/**
 * The path as this kind has it: a name goes through a list by itself (`spec.interfaces.mac`), and in a list of
 * conditions a type means its status (`status.conditions.Ready`). A text for what the schema does not know.
 */
export function fieldPath(kind: KindInfo, path: Path): FieldPath | string {
  const [first, ...rest] = path;
  if (first?.type !== "field") return { find: (object) => evaluate(path, object), schema: undefined };
  if (TOP.includes(first.name) && rest.length === 0) return made([first], undefined);
  const roots = rootSchemas(kind);
  const schema = Object.hasOwn(roots, first.name) ? roots[first.name] : undefined;
  if (!schema)
    return `${kind.singular} has no field "${first.name}"${didYouMean(first.name, [...Object.keys(roots), ...TOP])}`;
  let walk: Walk = { place: { schema, effect: undefined }, steps: [first] };
  for (const step of rest) {
    const next = go(kind, walk, step);
    if (typeof next === "string") return `${kind.singular}.${namesOf(walk.steps)} ${next}`;
    walk = next;
  }
  return made(walk.steps, walk.place?.schema);
}

function made(steps: Path, schema: TSchema | undefined): FieldPath {
  const byDefault = (schema as { default?: unknown } | undefined)?.default;
  const find = (object: unknown) => {
    const found = evaluate(steps, object);
    return found.length === 0 && byDefault !== undefined ? [byDefault] : found;
  };
  return { find, schema };
}

function go(kind: KindInfo, { place, steps }: Walk, step: Step): Walk | string {
  if (place && step.type === "field") return goByName(kind, { place, steps }, step.name);
  const list = place && asListSchema(place.schema);
  const isItem = step.type === "index" || step.type === "slice" || step.type === "wildcard";
  const below = list && isItem ? { schema: list.items, effect: undefined } : undefined;
  return { place: below, steps: [...steps, step] };
}

function goByName(kind: KindInfo, { place, steps }: Walk & { readonly place: Place }, name: string): Walk | string {
  const isList = asListSchema(place.schema) !== undefined;
  const inner = fieldOf(place, name);
  if (inner) return { place: inner, steps: [...steps, ...(isList ? [EACH] : []), { type: "field", name }] };
  const status = isList && fieldOf(place, "type") ? fieldOf(place, "status") : undefined;
  if (!status) return unknownField(place, name);
  const slip = slipOfCondition(kind, name);
  return slip ?? { place: status, steps: [...steps, ofType(name), { type: "field", name: "status" }] };
}

/** A type that is none of the kind's may be somebody else's; one that nearly is, is a slip. */
function slipOfCondition({ conditions = {} }: KindInfo, type: string): string | undefined {
  const hint = didYouMean(type, Object.values(conditions));
  return Object.values(conditions).includes(type) || !hint ? undefined : `has no condition "${type}"${hint}`;
}

const EACH: Step = { type: "wildcard" };

const ofType = (name: string): Step => ({
  type: "filter",
  left: [{ type: "field", name: "type" }],
  comparison: { operator: "==", right: { type: "literal", value: name } },
});

const namesOf = (steps: readonly Step[]): string =>
  steps.flatMap((step) => (step.type === "field" ? [step.name] : [])).join(".");
