import { Type } from "typebox";
import { setAggregates } from "../../engine/changes/aggregates.ts";
import { neededProvider } from "../../engine/changes/views.ts";
import { generationOf, type ProviderNode } from "../../engine/provider-node.ts";
import { canonicalUuid } from "../../validation/uuid.ts";
import { shown } from "../answer.ts";
import type { Handler } from "../route.ts";
import { closed, Generation, Uuid } from "../schemas/closed-object.ts";

const GENERATION_SINCE = 19;

const Aggregates = Type.Array(Uuid, { uniqueItems: true });
const AggregatesAndGeneration = closed({ aggregates: Aggregates, resource_provider_generation: Generation });

const shownAggregates = (node: ProviderNode, version: number) =>
  shown({
    aggregates: node.record.aggregates,
    ...(version >= GENERATION_SINCE ? { resource_provider_generation: generationOf(node) } : {}),
  });

export const getAggregates: Handler = (request, { state }) =>
  shownAggregates(neededProvider(state, canonicalUuid(request.path("uuid"))), request.version);

export const putAggregates: Handler = async (request, backend) => {
  const { version } = request;
  const uuid = canonicalUuid(request.path("uuid"));
  neededProvider(backend.state, uuid);
  const body =
    version >= GENERATION_SINCE
      ? request.json<{ aggregates: string[]; resource_provider_generation: number }>(AggregatesAndGeneration)
      : { aggregates: request.json<string[]>(Aggregates), resource_provider_generation: undefined };
  const wanted = body.aggregates.map(canonicalUuid);
  const generation = body.resource_provider_generation;
  return shownAggregates(await backend.write((state) => setAggregates(state, uuid, generation, wanted)), version);
};
