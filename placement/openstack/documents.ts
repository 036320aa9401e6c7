import { type Static, type TSchema, Type } from "typebox";
import { Check, Errors } from "typebox/value";
import { PlacementError } from "../placement-error.ts";

// Placement's answers at 1.39, as far as we read them. What else is in them is none of our business.

const Amounts = Type.Record(Type.String(), Type.Number());
const Generation = Type.Integer();
const Names = Type.Array(Type.String());
const Generated = { resource_provider_generation: Generation };

export const ProviderDocument = Type.Object({ uuid: Type.String(), name: Type.String(), generation: Generation });
export const ProvidersDocument = Type.Object({ resource_providers: Type.Array(ProviderDocument) });

export const InventoryDocument = Type.Object({
  total: Type.Number(),
  reserved: Type.Number(),
  min_unit: Type.Number(),
  max_unit: Type.Number(),
  step_size: Type.Number(),
  allocation_ratio: Type.Number(),
});
export type InventoryDocument = Static<typeof InventoryDocument>;
export const InventoriesDocument = Type.Object({
  inventories: Type.Record(Type.String(), InventoryDocument),
  ...Generated,
});
export const TraitsDocument = Type.Object({ traits: Names, ...Generated });
export const AggregatesDocument = Type.Object({ aggregates: Names, ...Generated });
export const UsagesDocument = Type.Object({ usages: Amounts });

const Allocations = Type.Record(Type.String(), Type.Object({ resources: Amounts }));
/** Of one consumer; all but `allocations` absent while nothing is held (P4). */
export const AllocationDocument = Type.Object({
  allocations: Allocations,
  project_id: Type.Optional(Type.String()),
  user_id: Type.Optional(Type.String()),
  consumer_generation: Type.Optional(Generation),
  consumer_type: Type.Optional(Type.String()),
});
/** Of one provider, by consumer. */
export const ConsumersDocument = Type.Object({ allocations: Type.Record(Type.String(), Type.Unknown()) });

export const CandidatesDocument = Type.Object({
  allocation_requests: Type.Array(
    Type.Object({ allocations: Allocations, mappings: Type.Optional(Type.Record(Type.String(), Names)) }),
  ),
  provider_summaries: Type.Record(
    Type.String(),
    Type.Object({
      resources: Type.Record(Type.String(), Type.Object({ capacity: Type.Number(), used: Type.Number() })),
      traits: Names,
      root_provider_uuid: Type.String(),
      parent_provider_uuid: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    }),
  ),
});
export type CandidatesDocument = Static<typeof CandidatesDocument>;

/**
 * A proxy, a captive portal or another service may answer 200 and JSON all the same: such an answer is no answer, and
 * may be one in a moment.
 */
export function checkShape<Schema extends TSchema>(schema: Schema, what: string, body: unknown): Static<Schema> {
  if (Check(schema, body)) return body;
  const [first] = Errors(schema, body);
  const problem = first ? `${first.instancePath || "/"} ${first.message}` : "of another shape";
  throw new PlacementError("Unreachable", `${what}: this is no answer of Placement: ${problem}`);
}
