import type { ConsumerClaim } from "../engine/changes/allocations.ts";
import { badRequest } from "../engine/problems.ts";
import type { Allocations } from "../placement.ts";
import { canonicalUuid, isUuidLike } from "../validation/uuid.ts";
import { CONSUMER_GENERATION_SINCE, CONSUMER_TYPE_SINCE, type ConsumerBody } from "./schemas/allocation.ts";

/** Upstream's owner of what was written below 1.8, where nobody said whose it is. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** The uuid of a consumer, or a bad request. */
export function consumerUuid(text: string): string {
  if (!isUuidLike(text)) throw badRequest(`Malformed consumer_uuid: ${text}`);
  return canonicalUuid(text);
}

/** What a body says of one consumer. */
export function claimOf(consumer: string, body: ConsumerBody, version: number): ConsumerClaim {
  return {
    consumer: consumerUuid(consumer),
    generation: version >= CONSUMER_GENERATION_SINCE ? (body.consumer_generation ?? null) : undefined,
    project: body.project_id ?? NOBODY,
    user: body.user_id ?? NOBODY,
    type: version >= CONSUMER_TYPE_SINCE ? body.consumer_type : undefined,
    allocations: allocationsOf(body.allocations),
  };
}

/** Several consumers, each named once. */
export function claimsOf(bodies: Readonly<Record<string, ConsumerBody>>, version: number): readonly ConsumerClaim[] {
  const claims = Object.entries(bodies).map(([consumer, body]) => claimOf(consumer, body, version));
  if (new Set(claims.map(({ consumer }) => consumer)).size < claims.length)
    throw badRequest("one consumer is named twice");
  return claims;
}

/** A provider that a list names twice has what was said last. */
function allocationsOf(allocations: ConsumerBody["allocations"]): Allocations {
  const entries = isList(allocations)
    ? allocations.map(({ resource_provider: { uuid }, resources }) => [uuid, resources] as const)
    : Object.entries(allocations).map(([uuid, { resources }]) => [uuid, resources] as const);
  return Object.fromEntries(entries.map(([uuid, resources]) => [canonicalUuid(uuid), resources]));
}

const isList = (
  value: ConsumerBody["allocations"],
): value is Extract<ConsumerBody["allocations"], readonly unknown[]> => Array.isArray(value);
