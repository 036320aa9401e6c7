import { isCustomName, isStandardTrait } from "../../check-request.ts";
import { badRequest, conflict, notFound } from "../problems.ts";
import type { ProviderNode } from "../provider-node.ts";
import type { RecordChange } from "../records.ts";
import type { PlacementState } from "../state.ts";
import { checkGeneration, neededProvider, type Planned, providerChange, withRecord } from "./views.ts";

const NAME_RULE =
  "The trait is invalid. A valid trait must be no longer than 255 characters, " +
  'start with the prefix "CUSTOM_" and use following characters: "A"-"Z", "0"-"9" and "_"';

/** `result`: whether it is new. */
export function createTrait(state: PlacementState, name: string): Planned<boolean> {
  if (!isCustomName(name) || name === "CUSTOM_" || name.length > 255) throw badRequest(NAME_RULE);
  if (state.knowsTrait(name)) return { changes: [], result: false };
  return { changes: [{ kind: "trait", name, present: true }], result: true };
}

export function deleteTrait(state: PlacementState, name: string): readonly RecordChange[] {
  if (!state.knowsTrait(name)) throw notFound(unknownTraits([name]));
  if (isStandardTrait(name)) throw badRequest(`Cannot delete standard trait ${name}.`);
  if (state.withTrait(name).size > 0) throw conflict(`The trait ${name} is in use by a resource provider.`);
  return [{ kind: "trait", name, present: false }];
}

/** Replaces a provider's traits; its generation counts only what changes something. */
export function setTraits(
  state: PlacementState,
  provider: string,
  generation: number | undefined,
  traits: readonly string[],
): Planned<ProviderNode> {
  const node = neededProvider(state, provider);
  checkGeneration(
    node,
    generation,
    "Resource provider's generation already changed. Please update the generation and try again.",
  );
  const unknown = traits.filter((name) => !state.knowsTrait(name));
  if (unknown.length > 0) throw badRequest(`No such trait ${unknown.join(", ")}`);
  const wanted = new Set(traits);
  const had = new Set(node.record.traits);
  if (wanted.size === had.size && [...wanted].every((name) => had.has(name))) return { changes: [], result: node };
  const record = { ...node.record, traits: [...wanted].sort(), generation: node.record.generation + 1 };
  return { changes: [providerChange(record)], result: withRecord(node, record) };
}

export const unknownTraits = (names: readonly string[]): string => `No such trait(s): ${names.join(", ")}.`;
