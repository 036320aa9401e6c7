import { createHash } from "node:crypto";
import type { TSchema } from "typebox";
import { formatStep, type ProblemPath } from "../problem.ts";
import { asListSchema, asObjectSchema, fieldSchema, type ListSchema } from "../schema-shape.ts";

/** The smallest thing one can own: a value that is merged whole. */
export interface Leaf {
  readonly value: unknown;
  readonly schema: TSchema | undefined;
  /** Where it stands in the value that was walked, items by their index. */
  readonly steps: ProblemPath;
  /** A field that the schema does not name, and its object has no free names: another version's. */
  readonly isUnknown: boolean;
}

/**
 * What a value is made of, by path. Paths tell apart whatever may lie side by side and read like the rest of vmctl:
 * `spec.resources.vcpu`, `metadata.labels["a.b/c"]`, `spec.interfaces[name="eth0"].mac`, `spec.sshKeys[="ssh-ed…"]`.
 * Objects are walked by field, `map` lists by the key of their items, sets by item; scalars, unions, atomic lists and
 * whatever the schema does not know are leaves; so are an empty object and an empty list, but not at the top: an empty
 * spec is nobody's.
 */
export function leavesOf(schema: TSchema | undefined, value: unknown): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  for (const part of partsOf({ schema, path: "", steps: [], value }) ?? []) {
    if (partsOf(part)?.length !== 0) walk(part, leaves);
  }
  return leaves;
}

export interface Place {
  readonly schema: TSchema | undefined;
  readonly path: string;
  readonly steps: ProblemPath;
  readonly value: unknown;
  readonly isUnknown?: boolean;
  /** Of an item of a `map` list: the leaves that are its key. */
  readonly keyPaths?: readonly string[];
}

function walk(place: Place, leaves: Map<string, Leaf>): void {
  const parts = partsOf(place);
  if (parts && parts.length > 0) for (const part of parts) walk(part, leaves);
  else leaves.set(place.path, leafOf(place));
}

const leafOf = ({ value, schema, steps, isUnknown = false }: Place): Leaf => ({ value, schema, steps, isUnknown });

/** What lies directly below; `undefined` for a leaf. */
export function partsOf({ schema, path, steps, value }: Place): readonly Place[] | undefined {
  const shape = schema && asObjectSchema(schema);
  if (shape && isFields(value)) {
    const isMap = Object.keys(shape.properties).length === 0;
    return Object.entries(value).map(([field, item]) => ({
      schema: fieldSchema(shape, field),
      isUnknown: !isMap && fieldSchema(shape, field) === undefined,
      path: path === "" ? field : path + formatStep(field),
      steps: [...steps, field],
      value: item,
    }));
  }
  const list = schema && asListSchema(schema);
  if (!list || list.listType === "atomic" || !Array.isArray(value)) return undefined;
  const isMap = list.listType === "map";
  return value.map((item, index) => {
    const below = { steps: [...steps, index], value: item };
    if (!isMap) return { ...below, schema: undefined, path: `${path}[=${shortened(item)}]` };
    const itemPath = path + itemStep(list, item);
    const keyPaths = list.mapKeys.map((key) => itemPath + formatStep(key));
    return { ...below, schema: list.items, path: itemPath, keyPaths };
  });
}

type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The step to an item of a `map` list: `[name="eth0"]`. */
function itemStep(list: ListSchema, item: unknown): string {
  const fields = isFields(item) ? item : {};
  const keys = list.mapKeys.map((key) => `${key}=${JSON.stringify(Object.hasOwn(fields, key) ? fields[key] : null)}`);
  return `[${keys.join(",")}]`;
}

const LONGEST = 60;

/** An ssh key need not be stored once more for each of its owners. */
function shortened(item: unknown): string {
  const text = JSON.stringify(item) ?? "null";
  if (text.length <= LONGEST) return text;
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return `${text.slice(0, LONGEST / 2)}…#${digest}`;
}
