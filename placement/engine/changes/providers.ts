import { PlacementProblem } from "../placement-problem.ts";
import { badRequest, notFound, PROBLEM } from "../problems.ts";
import type { ProviderNode } from "../provider-node.ts";
import { NO_USAGE, type ProviderRecord, type RecordChange } from "../records.ts";
import type { PlacementState } from "../state.ts";
import { neededProvider, type Planned, providerChange, withRecord } from "./views.ts";

export interface NewProvider {
  readonly uuid: string;
  readonly name: string;
  readonly parent: string | null;
}

/** `duplicate_name` when uuid or name is taken, `bad_request` for a parent that cannot be. */
export function createProvider(state: PlacementState, { uuid, name, parent }: NewProvider): Planned<ProviderNode> {
  const refuse = (reason: string) => badRequest(`Unable to create resource provider "${name}", ${uuid}: ${reason}`);
  if (name === "") throw refuse("name is required");
  if (parent === uuid) throw refuse("parent provider UUID cannot be same as UUID. Leave it out if there is no parent.");
  const above = parent === null ? undefined : state.provider(parent);
  if (parent !== null && !above) throw refuse("parent provider UUID does not exist.");
  if (state.provider(uuid)) throw taken(`uuid: ${uuid}`);
  if (state.providerNamed(name)) throw taken(`name: ${name}`);
  const root = above?.record.root ?? uuid;
  const record = { uuid, name, generation: 0, parent, root, inventories: {}, traits: [], aggregates: [] };
  return { changes: [providerChange(record)], result: { id: 0, record, usage: NO_USAGE } };
}

export interface ProviderUpdate {
  readonly name: string;
  /** `undefined`: stays. */
  readonly parent: string | null | undefined;
  /** From 1.37: also away from a parent. */
  readonly mayReparent: boolean;
}

/** A new name or parent; the provider's generation stays. Everything below a provider that moves gets its new root. */
export function updateProvider(state: PlacementState, uuid: string, update: ProviderUpdate): Planned<ProviderNode> {
  const node = neededProvider(state, uuid);
  const parent = update.parent === undefined ? node.record.parent : update.parent;
  const refuse = (reason: string) => badRequest(`Unable to save resource provider ${uuid}: ${reason}`);
  if (update.name === "") throw refuse("name is required");
  const problem = moveProblem(state, node.record, parent, update.mayReparent);
  if (problem !== undefined) throw refuse(problem);
  const named = state.providerNamed(update.name);
  if (named && named !== node) throw taken(update.name);
  const root = parent === null ? uuid : neededProvider(state, parent).record.root;
  const record = { ...node.record, name: update.name, parent, root };
  const below = root === node.record.root ? [] : subtree(state, uuid).filter((other) => other.uuid !== uuid);
  const changes = [record, ...below.map((other) => ({ ...other, root }))].map(providerChange);
  return { changes, result: withRecord(node, record) };
}

function moveProblem(
  state: PlacementState,
  record: ProviderRecord,
  parent: string | null,
  mayReparent: boolean,
): string | undefined {
  if (parent === record.parent) return undefined;
  if (parent === null) return mayReparent ? undefined : "un-parenting a provider is not currently allowed.";
  if (!state.provider(parent)) return "parent provider UUID does not exist.";
  if (record.parent !== null && !mayReparent) return "re-parenting a provider is not currently allowed.";
  return subtree(state, record.uuid).some(({ uuid }) => uuid === parent)
    ? "creating loop in the provider tree is not allowed."
    : undefined;
}

/** The provider and all below it. Records may come from a store that holds a loop: nothing is visited twice. */
function subtree(state: PlacementState, uuid: string): readonly ProviderRecord[] {
  const found = new Map<string, ProviderRecord>();
  const open = [uuid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const node = state.provider(next);
    if (!node || found.has(next)) continue;
    found.set(next, node.record);
    open.push(...state.childrenOf(next).map(({ record }) => record.uuid));
  }
  return [...found.values()];
}

/** Gone with its inventory, traits and aggregates; refused while something is below it or allocated from it. */
export function deleteProvider(state: PlacementState, uuid: string): readonly RecordChange[] {
  if (!state.provider(uuid)) throw notFound(`No resource provider with uuid ${uuid} found for delete`);
  if (state.childrenOf(uuid).length > 0)
    throw new PlacementProblem(
      PROBLEM.hasChildren,
      `Unable to delete parent resource provider ${uuid}: It has child resource providers.`,
    );
  if (state.consumersOf(uuid).size > 0)
    throw new PlacementProblem(
      PROBLEM.providerInUse,
      `Unable to delete resource provider ${uuid}: Resource provider has allocations.`,
    );
  return [
    { kind: "provider", uuid, record: undefined },
    { kind: "usage", provider: uuid, record: undefined },
  ];
}

const taken = (what: string): PlacementProblem =>
  new PlacementProblem(PROBLEM.duplicateName, `Conflicting resource provider ${what} already exists.`);
