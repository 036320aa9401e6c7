import type { CandidatesQuery } from "../../../placement/candidates-query.ts";
import { findCandidates } from "../../../placement/engine/candidates/find-candidates.ts";
import type { ProviderRecord } from "../../../placement/engine/records.ts";
import { PlacementState } from "../../../placement/engine/state.ts";
import { uuid } from "../examples.ts";
import { type Answer, canonicalRequest, canonicalSummary } from "./answer.ts";
import type { World, WorldProvider } from "./world.ts";

export function stateOf(world: World): PlacementState {
  const state = new PlacementState();
  const roots = new Map<number, number>();
  for (const provider of world.providers) {
    const root = provider.parent === undefined ? provider.n : (roots.get(provider.parent) ?? 0);
    roots.set(provider.n, root);
    state.apply({ kind: "provider", uuid: uuid(provider.n), record: recordOf(provider, root) });
    const used: Record<string, number> = {};
    for (const { allocations } of world.consumers)
      for (const [name, amount] of Object.entries(allocations[provider.n] ?? {}))
        used[name] = (used[name] ?? 0) + amount;
    state.apply({ kind: "usage", provider: uuid(provider.n), record: { used, generation: 1 } });
  }
  return state;
}

function recordOf(
  { n, parent, inventories, traits, aggregates, shrinkTo }: WorldProvider,
  root: number,
): ProviderRecord {
  const shrunk = Object.entries(inventories).map(([name, inventory]) => [
    name,
    { ...inventory, total: shrinkTo?.[name] ?? inventory.total },
  ]);
  return {
    ...{ uuid: uuid(n), name: `provider-${n}`, generation: 0, traits, aggregates },
    ...{
      parent: parent === undefined ? null : uuid(parent),
      root: uuid(root),
      inventories: Object.fromEntries(shrunk),
    },
  };
}

export function engineAnswer(state: PlacementState, query: CandidatesQuery): Answer {
  const { requests, summaries } = findCandidates(state, query);
  return {
    requests: new Set(requests.map(({ allocations, mappings }) => canonicalRequest(allocations, mappings))),
    summaries: new Map([...summaries].map(([uuid, summary]) => [uuid, canonicalSummary(summary)])),
  };
}
