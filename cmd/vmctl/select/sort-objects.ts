import type { TSchema } from "typebox";
import type { KindInfo } from "../../../resources/kinds.ts";
import { parseQuantity } from "../../../resources/quantity.ts";
import { isQuantitySchema } from "../../../resources/schema-shape.ts";
import { UsageError } from "../../config/usage-error.ts";
import { type FieldPath, fieldPath } from "./field-path.ts";
import type { FoundObject } from "./find-objects.ts";
import { parsePath } from "./json-path.ts";
import { textOf } from "./jsonpath/compare.ts";

export type Sort = (found: readonly FoundObject[]) => readonly FoundObject[];

/**
 * `--sort-by=.spec.resources.memory`, or `{.path}`: quantities and timestamps by what they mean, numbers by size,
 * texts with the numbers in them in order (web-2 before web-10). What has no such field comes first, as in kubectl.
 * UsageError for a path that none of the kinds has.
 */
export function parseSort(text: string, kinds: readonly KindInfo[]): Sort {
  const path = parsePath(text);
  const fields = new Map(kinds.map((kind) => [kind, fieldPath(kind, path)] as const));
  const known = [...fields.values()].filter((field) => typeof field !== "string");
  const [problem] = fields.values();
  if (known.length === 0 && typeof problem === "string") throw new UsageError(`--sort-by ${text}: ${problem}`);
  return (found) => {
    const rows = found.map((item) => ({ item, value: firstValue(fields.get(item.kind), item) }));
    const order = orderFor(
      rows.map(({ value }) => value),
      known.flatMap(({ schema }) => schema ?? []),
    );
    return rows.toSorted((a, b) => order(a.value, b.value)).map(({ item }) => item);
  };
}

function firstValue(field: FieldPath | string | undefined, { object }: FoundObject): unknown {
  return field === undefined || typeof field === "string" ? undefined : field.find(object)[0];
}

type Order = (a: unknown, b: unknown) => number;

/** How these values compare: all as the same, whatever each one looks like. */
function orderFor(values: readonly unknown[], schemas: readonly TSchema[]): Order {
  const present = values.filter((value) => value !== undefined && value !== null);
  const meanings: readonly ((value: unknown) => number | undefined)[] = [
    asNumber,
    ...(schemas.some(isQuantitySchema) ? [asQuantity] : []),
    asTime,
  ];
  const meaning = meanings.find((mean) => present.every((value) => mean(value) !== undefined));
  return (a, b) => missingFirst(a, b) ?? (meaning ? (meaning(a) ?? 0) - (meaning(b) ?? 0) : byText(a, b));
}

function missingFirst(a: unknown, b: unknown): number | undefined {
  const [isA, isB] = [a !== undefined && a !== null, b !== undefined && b !== null];
  return isA && isB ? undefined : Number(isA) - Number(isB);
}

const asNumber = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

const asQuantity = (value: unknown): number | undefined =>
  typeof value === "string" || typeof value === "number" ? parseQuantity(value) : undefined;

/** RFC 3339 only: `Date.parse` alone takes almost anything for a date. */
function asTime(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/** Made when it is wanted: loading its tables takes longer than most commands have anything to sort. */
let collator: Intl.Collator | undefined;

function byText(a: unknown, b: unknown): number {
  const [left, right] = [textOf(a), textOf(b)];
  collator ??= new Intl.Collator("en", { numeric: true });
  return collator.compare(left, right) || (left < right ? -1 : Number(left > right));
}
