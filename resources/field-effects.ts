import type { TSchema } from "typebox";
import { canonicalJson } from "./canonical-json.ts";
import { withDefaults } from "./defaults.ts";
import type { FieldEffect } from "./field-effect.ts";
import type { KindInfo } from "./kinds.ts";
import { formatStep } from "./problem.ts";
import { sameValue } from "./same-value.ts";
import { asListSchema, asObjectSchema, effectOf, fieldSchema, itemKey } from "./schema-shape.ts";

/** One changed field: `path` as people write it (`spec.resources.vcpu`, `spec.interfaces[eth0].mac`). */
export interface FieldChange {
  readonly path: string;
  /** The same as steps; an item of a keyed list by its key. */
  readonly steps: readonly string[];
  readonly effect: FieldEffect;
  /** `undefined` where the field was, or now is, absent and has no default. */
  readonly old: unknown;
  readonly new: unknown;
}

/**
 * What differs between two specs, with what it means for a running guest. Defaults count as written, quantities
 * compare by their value, items of a `map` list by their key, sets without order.
 */
export function changedFields(kind: KindInfo, oldSpec: unknown, newSpec: unknown): FieldChange[] {
  const walk: Walk = { path: "spec", steps: ["spec"], effect: "live" };
  return changes(kind.spec, walk, withDefaults(kind, oldSpec), withDefaults(kind, newSpec));
}

interface Walk {
  readonly path: string;
  readonly steps: readonly string[];
  readonly effect: FieldEffect;
}

function changes(schema: TSchema, above: Walk, old: unknown, now: unknown): FieldChange[] {
  const walk = { ...above, effect: effectOf(schema) ?? above.effect };
  if (sameValue(schema, old, now)) return [];
  return objectChanges(schema, walk, old, now) ?? listChanges(schema, walk, old, now) ?? [changeOf(walk, old, now)];
}

const changeOf = (walk: Walk, old: unknown, now: unknown): FieldChange => ({
  ...walk,
  old,
  new: now,
});

type Fields = Readonly<Record<string, unknown>>;
const own = (value: Fields, field: string): unknown => (Object.hasOwn(value, field) ? value[field] : undefined);

function objectChanges(schema: TSchema, walk: Walk, old: unknown = {}, now: unknown = {}): FieldChange[] | undefined {
  const shape = asObjectSchema(schema);
  if (!shape) return undefined;
  const fields = new Set([...Object.keys(old as Fields), ...Object.keys(now as Fields)]);
  return [...fields].flatMap((field) => {
    const below = { ...walk, path: walk.path + formatStep(field), steps: [...walk.steps, field] };
    const [before, after] = [own(old as Fields, field), own(now as Fields, field)];
    const known = fieldSchema(shape, field);
    if (known) return changes(known, below, before, after);
    return canonicalJson(before) === canonicalJson(after) ? [] : [changeOf(below, before, after)];
  });
}

/** Only lists whose items have keys are looked into. The order of such a list means nothing. */
function listChanges(schema: TSchema, walk: Walk, old: unknown = [], now: unknown = []): FieldChange[] | undefined {
  const list = asListSchema(schema);
  if (list?.listType !== "map") return undefined;
  const byKey = (items: unknown) => new Map((items as unknown[]).map((item) => [itemKey(item, list.mapKeys), item]));
  const [before, after] = [byKey(old), byKey(now)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const name = (JSON.parse(key) as unknown[]).join(",");
    const below = { ...walk, path: `${walk.path}[${name}]`, steps: [...walk.steps, name] };
    return itemChanges(list.items, below, before.get(key), after.get(key));
  });
}

function itemChanges(items: TSchema, walk: Walk, old: unknown, now: unknown): FieldChange[] {
  if (old === undefined || now === undefined) return [changeOf(walk, old, now)];
  return changes(items, walk, old, now);
}
