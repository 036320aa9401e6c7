import { Type } from "typebox";
import { createTrait, deleteTrait, setTraits, unknownTraits } from "../../engine/changes/traits.ts";
import { neededProvider } from "../../engine/changes/views.ts";
import { badRequest, notFound } from "../../engine/problems.ts";
import { generationOf, type ProviderNode } from "../../engine/provider-node.ts";
import type { PlacementState } from "../../engine/state.ts";
import { STANDARD_TRAITS } from "../../standard-traits.ts";
import { canonicalUuid } from "../../validation/uuid.ts";
import { done, shown } from "../answer.ts";
import type { PlacementRequest } from "../request.ts";
import type { Handler } from "../route.ts";
import { closed, Generation } from "../schemas/closed-object.ts";
import { inIdOrder } from "../trait-order.ts";

const Listing = closed({ name: Type.Optional(Type.String()), associated: Type.Optional(Type.String()) });
const TraitsAndGeneration = closed({
  traits: Type.Array(Type.String({ minLength: 1, maxLength: 255 })),
  resource_provider_generation: Generation,
});

export const getTraits: Handler = (request, { state }) => {
  request.checkQuery(Listing);
  const byName = nameFilter(request.parameter("name"));
  const byUse = useFilter(state, request.parameter("associated"));
  const all = [...STANDARD_TRAITS, ...state.customTraits()];
  return shown({ traits: all.filter((name) => byName(name) && byUse(name)) });
};

type Filter = (name: string) => boolean;

function nameFilter(text: string | undefined): Filter {
  if (text === undefined) return () => true;
  const [operator, ...rest] = text.split(":");
  if (rest.length === 0)
    throw badRequest(
      `Badly formatted name parameter. Expected name query string parameter in form: ?name=[in|startswith]:[name1,name2|prefix]. Got: "${text}"`,
    );
  const value = rest.join(":");
  if (operator === "startswith") return (name) => name.startsWith(value);
  const names = new Set(value.split(","));
  // Upstream takes any other operator and lists everything.
  return operator === "in" ? (name) => names.has(name) : () => true;
}

function useFilter(state: PlacementState, text: string | undefined): Filter {
  if (text === undefined) return () => true;
  const wanted = text.toLowerCase();
  if (wanted !== "true" && wanted !== "false")
    throw badRequest('The query parameter "associated" only accepts "true" or "false"');
  return (name) => state.withTrait(name).size > 0 === (wanted === "true");
}

export const getTrait: Handler = (request, { state }) => {
  const name = request.path("name");
  if (!state.knowsTrait(name)) throw notFound(unknownTraits([name]));
  return { ...done, fresh: true };
};

export const putTrait: Handler = async (request, backend) => {
  const name = request.path("name");
  const isNew = await backend.write((state) => createTrait(state, name));
  return { status: isNew ? 201 : 204, fresh: true, location: `/traits/${name}` };
};

export const removeTrait: Handler = async (request, backend) => {
  await backend.write((state) => ({ changes: deleteTrait(state, request.path("name")), result: undefined }));
  return done;
};

const providerOf = (request: PlacementRequest): string => canonicalUuid(request.path("uuid"));

const shownTraits = (state: PlacementState, node: ProviderNode) =>
  shown({ traits: inIdOrder(state, node.record.traits), resource_provider_generation: generationOf(node) });

export const getProviderTraits: Handler = (request, { state }) =>
  shownTraits(state, neededProvider(state, providerOf(request)));

export const putProviderTraits: Handler = async (request, backend) => {
  const body = request.json<{ traits: string[]; resource_provider_generation: number }>(TraitsAndGeneration);
  const { traits, resource_provider_generation: generation } = body;
  const node = await backend.write((state) => setTraits(state, providerOf(request), generation, traits));
  return shownTraits(backend.state, node);
};

export const removeProviderTraits: Handler = async (request, backend) => {
  await backend.write((state) => setTraits(state, providerOf(request), undefined, []));
  return done;
};
