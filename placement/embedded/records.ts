import { type Static, type TSchema, Type } from "typebox";
import { Errors } from "typebox/value";
import { compileSchema } from "../../resources/compile-schema.ts";
import { parseStored } from "../../resources/decode.ts";
import { MAX_AMOUNT, MAX_RATIO } from "../../resources/placement-words.ts";
import type { Decode } from "../../store/informer-contract.ts";
import { allocationKey, providerKey, recordKindOf } from "./keys.ts";

const Uuid = Type.String({ pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" });
const Amount = Type.Integer({ minimum: 1, maximum: MAX_AMOUNT });
const Amounts = Type.Record(Type.String(), Amount);
/** Overcommitted they may be more than any amount; beyond this they would not be exact. */
const Sums = Type.Record(Type.String(), Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }));
const Inventory = Type.Object({
  total: Amount,
  reserved: Type.Integer({ minimum: 0, maximum: MAX_AMOUNT }),
  minUnit: Amount,
  maxUnit: Amount,
  stepSize: Amount,
  allocationRatio: Type.Number({ minimum: 0, maximum: MAX_RATIO }),
});

/**
 * `placement/providers/<uuid>`. `generation` counts changes of inventories, traits and aggregates; what clients see
 * as the provider's generation is the sum with that of its usage, so that a claim need not write this record.
 * A provider without parent is its own root.
 */
export const ProviderRecord = Type.Object({
  uuid: Uuid,
  name: Type.String(),
  generation: Type.Integer({ minimum: 0 }),
  parent: Type.Union([Uuid, Type.Null()]),
  root: Uuid,
  inventories: Type.Record(Type.String(), Inventory),
  traits: Type.Array(Type.String()),
  aggregates: Type.Array(Uuid),
});
export type ProviderRecord = Static<typeof ProviderRecord>;

/** `placement/usage/<provider>`: the sums of all allocations from it. Absent: nothing was ever allocated. */
export const UsageRecord = Type.Object({
  used: Sums,
  generation: Type.Integer({ minimum: 0 }),
});
export type UsageRecord = Static<typeof UsageRecord>;

/** `placement/allocations/<consumer>`. The first claim makes generation 1; gone with what was allocated. */
export const AllocationRecord = Type.Object({
  consumer: Uuid,
  generation: Type.Integer({ minimum: 1 }),
  type: Type.String(),
  project: Type.String(),
  user: Type.String(),
  allocations: Type.Record(Uuid, Type.Object({ resources: Amounts })),
});
export type AllocationRecord = Static<typeof AllocationRecord>;

export type PlacementRecord =
  | { readonly kind: "provider"; readonly record: ProviderRecord }
  | { readonly kind: "usage"; readonly record: UsageRecord }
  | { readonly kind: "allocation"; readonly record: AllocationRecord }
  | { readonly kind: "other" };

/** Everything under `placement/` is hostile until it passed here. A record under another's key is refused too. */
export const decodePlacementRecord: Decode<PlacementRecord> = (key, text) => {
  const kind = recordKindOf(key);
  if (kind === "other") return { ok: true, value: { kind } };
  const parsed = parseStored(text);
  if ("problem" in parsed) return { ok: false, problem: parsed.problem };
  const { value: record } = parsed;
  const problem = problemOf(kind, key, record);
  if (problem !== undefined) return { ok: false, problem };
  return { ok: true, value: { kind, record } as PlacementRecord };
};

function problemOf(kind: "provider" | "usage" | "allocation", key: string, record: unknown): string | undefined {
  if (kind === "usage") return schemaProblem(UsageRecord, record);
  if (kind === "provider")
    return fits(ProviderRecord, record)
      ? misplaced(key, providerKey(record.uuid))
      : schemaProblem(ProviderRecord, record);
  return fits(AllocationRecord, record)
    ? misplaced(key, allocationKey(record.consumer))
    : schemaProblem(AllocationRecord, record);
}

const misplaced = (key: string, home: string): string | undefined =>
  key === home ? undefined : `record belongs under ${home}`;

/** Compiled: every bind writes two of these records, and a start reads one for each instance there is. */
const fits = <Schema extends TSchema>(schema: Schema, value: unknown): value is Static<Schema> =>
  compileSchema(schema)(value);

function schemaProblem(schema: TSchema, value: unknown): string | undefined {
  if (fits(schema, value)) return undefined;
  const [first] = Errors(schema, value);
  return first ? `${first.instancePath || "/"} ${first.message}` : "does not match its schema";
}
