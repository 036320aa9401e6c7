import { randomUUID } from "node:crypto";
import { createProvider, deleteProvider, updateProvider } from "../../engine/changes/providers.ts";
import { neededProvider } from "../../engine/changes/views.ts";
import { generationOf, type ProviderNode } from "../../engine/provider-node.ts";
import { canonicalUuid } from "../../validation/uuid.ts";
import { done, shown } from "../answer.ts";
import { listProviders } from "../provider-filters.ts";
import type { Handler } from "../route.ts";
import { newProviderSchema, type ProviderBody, providerSchema } from "../schemas/provider.ts";

/** What else there is to ask of a provider, and since when. */
const RELATED = [
  { since: 0, name: "inventories" },
  { since: 0, name: "usages" },
  { since: 1, name: "aggregates" },
  { since: 6, name: "traits" },
  { since: 11, name: "allocations" },
];
const TREES_SINCE = 14;
const SHOWN_WHEN_MADE_SINCE = 20;
const REPARENTING_SINCE = 37;

function shownProvider(node: ProviderNode, version: number): object {
  const { uuid, name, parent, root } = node.record;
  const url = providerUrl(uuid);
  const related = RELATED.filter(({ since }) => since <= version);
  return {
    uuid,
    name,
    generation: generationOf(node),
    links: [{ rel: "self", href: url }, ...related.map(({ name: rel }) => ({ rel, href: `${url}/${rel}` }))],
    ...(version >= TREES_SINCE ? { parent_provider_uuid: parent, root_provider_uuid: root } : {}),
  };
}

export const providerUrl = (uuid: string): string => `/resource_providers/${uuid}`;

export const getProvider: Handler = (request, { state }) =>
  shown(shownProvider(neededProvider(state, canonicalUuid(request.path("uuid"))), request.version));

export const getProviders: Handler = (request, { state }) =>
  shown({ resource_providers: listProviders(state, request).map((node) => shownProvider(node, request.version)) });

export const postProvider: Handler = async (request, backend) => {
  const { version } = request;
  const body = request.json<ProviderBody>(newProviderSchema(version));
  const uuid = body.uuid ? canonicalUuid(body.uuid) : randomUUID();
  const parent = body.parent_provider_uuid ? canonicalUuid(body.parent_provider_uuid) : null;
  const node = await backend.write((state) => createProvider(state, { uuid, name: body.name, parent }));
  const location = providerUrl(uuid);
  return version >= SHOWN_WHEN_MADE_SINCE
    ? { ...shown(shownProvider(node, version)), location }
    : { status: 201, location };
};

export const putProvider: Handler = async (request, backend) => {
  const uuid = canonicalUuid(request.path("uuid"));
  neededProvider(backend.state, uuid);
  const { name, parent_provider_uuid: given } = request.json<ProviderBody>(providerSchema(request.version));
  const parent = given ? canonicalUuid(given) : given;
  const mayReparent = request.version >= REPARENTING_SINCE;
  const node = await backend.write((state) => updateProvider(state, uuid, { name, parent, mayReparent }));
  return shown(shownProvider(node, request.version));
};

export const removeProvider: Handler = async (request, backend) => {
  const uuid = canonicalUuid(request.path("uuid"));
  await backend.write((state) => ({ changes: deleteProvider(state, uuid), result: undefined }));
  return done;
};
