import { PlacementProblem } from "../placement-problem.ts";
import { badRequest, concurrentUpdate, PROBLEM } from "../problems.ts";
import { generationOf, type ProviderNode } from "../provider-node.ts";
import type { RecordChange } from "../records.ts";
import type { PlacementState } from "../state.ts";
import { type ConsumerClaim, setAllocations } from "./allocations.ts";
import { checkNothingUsedGoes, type Inventories, unknownClass } from "./inventories.ts";
import { providerChange } from "./views.ts";

export interface ReshapedProvider {
  readonly provider: string;
  readonly generation: number;
  readonly inventories: Inventories;
}

/**
 * Moves inventories and what is allocated from them between providers in one go: allocations are judged with the new
 * inventories beside those that are about to go, and what goes must not be in use afterwards.
 */
export function reshape(
  state: PlacementState,
  providers: readonly ReshapedProvider[],
  claims: readonly ConsumerClaim[],
): readonly RecordChange[] {
  const checked = providers.map((reshaped) => ({ ...reshaped, node: checkedNode(state, reshaped) }));
  checkClasses(state, providers);
  const wanted = new Map(providers.map(({ provider, inventories }) => [provider, inventories]));
  const allocated = setAllocations(state, claims, (provider) => ({
    ...state.provider(provider)?.record.inventories,
    ...wanted.get(provider),
  }));
  const usages = new Map(
    allocated.flatMap((change) => (change.kind === "usage" && change.record ? [[change.provider, change.record]] : [])),
  );
  const records = checked.map(({ node, inventories }) => {
    const { record } = node;
    checkNothingUsedGoes({ ...node, usage: usages.get(record.uuid) ?? node.usage }, inventories, "update conflict: ");
    // Upstream writes the inventories twice, the first time only if there are some to come.
    const writes = Object.keys(inventories).length > 0 ? 2 : 1;
    return { ...record, inventories, generation: record.generation + writes };
  });
  return [...records.map(providerChange), ...allocated];
}

function checkedNode(state: PlacementState, { provider, generation }: ReshapedProvider): ProviderNode {
  const node = state.provider(provider);
  if (!node)
    throw new PlacementProblem(PROBLEM.providerMissing, `Resource provider ${provider} in inventories not found`);
  const actual = generationOf(node);
  if (actual !== generation)
    throw concurrentUpdate(
      `resource provider generation conflict for provider ${provider}: actual: ${actual}, given: ${generation}`,
    );
  return node;
}

function checkClasses(state: PlacementState, providers: readonly ReshapedProvider[]): void {
  const named = providers.flatMap(({ inventories }) => Object.keys(inventories));
  const unknown = named.find((name) => !state.knowsClass(name));
  if (unknown !== undefined) throw badRequest(`malformed reshaper data: ${unknownClass(unknown)}`);
}
