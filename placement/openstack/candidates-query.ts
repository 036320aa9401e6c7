import { candidateOf } from "../candidate-of.ts";
import type { CandidatesQuery } from "../candidates-query.ts";
import type { TreeSummary } from "../engine/candidates/summaries.ts";
import type { Candidates } from "../placement.ts";
import { formatCandidatesQuery } from "../query/format-candidates-query.ts";
import type { CandidatesDocument } from "./documents.ts";

/**
 * `/allocation_candidates?…` for a query, under roots that have one more trait: the one that marks our own providers.
 * Upstream's `root_required` looks at the root whichever groups there are.
 */
export function candidatesPath(query: CandidatesQuery, marker: string): string {
  const marked = { ...query, rootRequired: [...(query.rootRequired ?? []), marker] };
  return `/allocation_candidates?${formatCandidatesQuery(marked)}`;
}

export function readCandidates(
  document: CandidatesDocument,
  marker: string,
): Pick<Candidates, "candidates" | "providers"> {
  const summaries = new Map(
    Object.entries(document.provider_summaries).map(([uuid, found]) => [uuid, summary(uuid, found, marker)]),
  );
  const candidates = document.allocation_requests.map(({ allocations, mappings }) =>
    candidateOf(
      {
        allocations: Object.fromEntries(Object.entries(allocations).map(([uuid, { resources }]) => [uuid, resources])),
        mappings: mappings ?? {},
      },
      (uuid) => summaries.get(uuid),
    ),
  );
  return { candidates, providers: Object.fromEntries(summaries) };
}

function summary(
  uuid: string,
  document: CandidatesDocument["provider_summaries"][string],
  marker: string,
): TreeSummary {
  const resources = Object.entries(document.resources);
  return {
    uuid,
    parent: document.parent_provider_uuid ?? null,
    root: document.root_provider_uuid,
    capacity: Object.fromEntries(resources.map(([name, { capacity }]) => [name, capacity])),
    used: Object.fromEntries(resources.map(([name, { used }]) => [name, used])),
    traits: document.traits.filter((trait) => trait !== marker),
  };
}
