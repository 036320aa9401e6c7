import { deleteAllocations, setAllocations } from "../../engine/changes/allocations.ts";
import { reshape } from "../../engine/changes/reshape.ts";
import { neededProvider } from "../../engine/changes/views.ts";
import { generationOf } from "../../engine/provider-node.ts";
import type { AllocationRecord } from "../../engine/records.ts";
import type { PlacementState } from "../../engine/state.ts";
import { canonicalUuid } from "../../validation/uuid.ts";
import { done, shown } from "../answer.ts";
import { claimOf, claimsOf, consumerUuid } from "../claims.ts";
import type { Handler } from "../route.ts";
import {
  CONSUMER_GENERATION_SINCE,
  CONSUMER_TYPE_SINCE,
  type ConsumerBody,
  consumerSchema,
  consumersSchema,
} from "../schemas/allocation.ts";
import { inventoriesOf } from "../schemas/inventory.ts";
import { type ReshapeBody, reshapeSchema } from "../schemas/reshaper.ts";

const OWNER_SHOWN_SINCE = 12;

export const getAllocations: Handler = (request, { state }) => {
  const record = state.consumer(canonicalUuid(request.path("consumer_uuid")));
  return shown(record ? shownConsumer(state, record, request.version) : { allocations: {} });
};

function shownConsumer(state: PlacementState, record: AllocationRecord, version: number): object {
  const allocations = Object.entries(record.allocations).map(([uuid, { resources }]) => {
    const node = state.provider(uuid);
    return [uuid, { resources, generation: node ? generationOf(node) : 0 }];
  });
  return {
    allocations: Object.fromEntries(allocations),
    ...(version >= OWNER_SHOWN_SINCE ? { project_id: record.project, user_id: record.user } : {}),
    ...(version >= CONSUMER_GENERATION_SINCE ? { consumer_generation: record.generation } : {}),
    ...(version >= CONSUMER_TYPE_SINCE ? { consumer_type: record.type } : {}),
  };
}

export const getProviderAllocations: Handler = (request, { state }) => {
  const node = neededProvider(state, canonicalUuid(request.path("uuid")));
  const withGeneration = request.version >= CONSUMER_GENERATION_SINCE;
  const allocations = state.allocationsOf(node.record.uuid).map(({ consumer, generation, allocations: held }) => {
    const resources = held[node.record.uuid]?.resources ?? {};
    return [consumer, { resources, ...(withGeneration ? { consumer_generation: generation } : {}) }];
  });
  return shown({ allocations: Object.fromEntries(allocations), resource_provider_generation: generationOf(node) });
};

export const putAllocations: Handler = async (request, backend) => {
  const consumer = consumerUuid(request.path("consumer_uuid"));
  const claim = claimOf(consumer, request.json<ConsumerBody>(consumerSchema(request.version)), request.version);
  await backend.write((state) => ({ changes: setAllocations(state, [claim]), result: undefined }));
  return done;
};

export const postAllocations: Handler = async (request, backend) => {
  const bodies = request.json<Readonly<Record<string, ConsumerBody>>>(consumersSchema(request.version));
  const claims = claimsOf(bodies, request.version);
  await backend.write((state) => ({ changes: setAllocations(state, claims), result: undefined }));
  return done;
};

export const removeAllocations: Handler = async (request, backend) => {
  const consumer = canonicalUuid(request.path("consumer_uuid"));
  await backend.write((state) => ({ changes: deleteAllocations(state, consumer), result: undefined }));
  return done;
};

export const postReshaper: Handler = async (request, backend) => {
  const body = request.json<ReshapeBody>(reshapeSchema(request.version));
  const providers = Object.entries(body.inventories).map(([uuid, wanted]) => ({
    provider: canonicalUuid(uuid),
    generation: wanted.resource_provider_generation,
    inventories: inventoriesOf(wanted.inventories),
  }));
  const claims = claimsOf(body.allocations, request.version);
  await backend.write((state) => ({ changes: reshape(state, providers, claims), result: undefined }));
  return done;
};
