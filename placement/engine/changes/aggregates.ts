import type { ProviderNode } from "../provider-node.ts";
import type { PlacementState } from "../state.ts";
import { checkGeneration, neededProvider, type Planned, providerChange, withRecord } from "./views.ts";

/** Replaces a provider's aggregates. With a generation (from 1.19) the write counts, changed or not; without, never. */
export function setAggregates(
  state: PlacementState,
  provider: string,
  generation: number | undefined,
  aggregates: readonly string[],
): Planned<ProviderNode> {
  const node = neededProvider(state, provider);
  checkGeneration(
    node,
    generation,
    "Resource provider's generation already changed. Please update the generation and try again.",
  );
  const counted = node.record.generation + (generation === undefined ? 0 : 1);
  const record = { ...node.record, aggregates: [...new Set(aggregates)], generation: counted };
  return { changes: [providerChange(record)], result: withRecord(node, record) };
}
