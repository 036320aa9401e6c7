import {
  addInventory,
  capacityRule,
  clearInventories,
  deleteInventory,
  type InventoryUpdate,
  setInventories,
  updateInventory,
} from "../../engine/changes/inventories.ts";
import { neededProvider } from "../../engine/changes/views.ts";
import { notFound } from "../../engine/problems.ts";
import { generationOf, type ProviderNode } from "../../engine/provider-node.ts";
import { inventoryDocument } from "../../inventory-document.ts";
import { canonicalUuid } from "../../validation/uuid.ts";
import { type Answer, done, shown } from "../answer.ts";
import type { PlacementRequest } from "../request.ts";
import type { Handler } from "../route.ts";
import {
  AllInventories,
  type AllInventoriesBody,
  inventoriesOf,
  inventoryOf,
  NewInventory,
  type NewInventoryBody,
  OneInventory,
  type OneInventoryBody,
} from "../schemas/inventory.ts";
import { providerUrl } from "./providers.ts";

const RESERVE_ALL_SINCE = 26;

const providerOf = (request: PlacementRequest): string => canonicalUuid(request.path("uuid"));

const updateOf = (request: PlacementRequest, generation: number | undefined): InventoryUpdate => ({
  provider: providerOf(request),
  generation,
  rule: capacityRule(request.version >= RESERVE_ALL_SINCE),
});

export const getInventories: Handler = (request, { state }) => shownAll(neededProvider(state, providerOf(request)));

export const getInventory: Handler = (request, { state }) => {
  const uuid = providerOf(request);
  return shownOne(neededProvider(state, uuid), request.path("resource_class"));
};

export const postInventory: Handler = async (request, backend) => {
  const uuid = providerOf(request);
  neededProvider(backend.state, uuid);
  const { resource_class: name, ...body } = request.json<NewInventoryBody>(NewInventory);
  const inventory = inventoryOf(body);
  const node = await backend.write((state) => addInventory(state, updateOf(request, undefined), name, inventory));
  return { ...shownOne(node, name), status: 201, location: `${providerUrl(uuid)}/inventories/${name}` };
};

export const putInventories: Handler = async (request, backend) => {
  neededProvider(backend.state, providerOf(request));
  const body = request.json<AllInventoriesBody>(AllInventories);
  const update = updateOf(request, body.resource_provider_generation);
  const inventories = inventoriesOf(body.inventories);
  return shownAll(await backend.write((state) => setInventories(state, update, inventories)));
};

export const putInventory: Handler = async (request, backend) => {
  const name = request.path("resource_class");
  neededProvider(backend.state, providerOf(request));
  const body = request.json<OneInventoryBody>(OneInventory);
  const update = updateOf(request, body.resource_provider_generation);
  const node = await backend.write((state) => updateInventory(state, update, name, inventoryOf(body)));
  return shownOne(node, name);
};

export const removeInventories: Handler = async (request, backend) => {
  await backend.write((state) => clearInventories(state, providerOf(request)));
  return done;
};

export const removeInventory: Handler = async (request, backend) => {
  await backend.write((state) => deleteInventory(state, providerOf(request), request.path("resource_class")));
  return done;
};

function shownAll(node: ProviderNode): Answer {
  const inventories = Object.entries(node.record.inventories).map(([name, one]) => [name, inventoryDocument(one)]);
  return shown({ resource_provider_generation: generationOf(node), inventories: Object.fromEntries(inventories) });
}

function shownOne(node: ProviderNode, name: string): Answer {
  const { inventories, uuid } = node.record;
  const inventory = Object.hasOwn(inventories, name) ? inventories[name] : undefined;
  if (!inventory) throw notFound(`No inventory of class ${name} for ${uuid}`);
  return shown({ ...inventoryDocument(inventory), resource_provider_generation: generationOf(node) });
}
