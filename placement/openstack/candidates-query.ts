import type { Candidate, Candidates, CandidatesRequest, ProviderSummary } from "../placement.ts";

/** `/allocation_candidates?…` for a request, with one more required trait: the one that marks our own providers. */
export function candidatesPath(request: CandidatesRequest, marker: string): string {
  const query = new URLSearchParams();
  query.set("resources", amounts(request.resources));
  query.set("required", [...request.required, marker, ...request.forbidden.map((trait) => `!${trait}`)].join(","));
  if (request.inTree !== undefined) query.set("in_tree", request.inTree);
  if (request.limit !== undefined) query.set("limit", String(request.limit));
  return `/allocation_candidates?${query}`;
}

const amounts = (resources: CandidatesRequest["resources"]): string =>
  Object.entries(resources)
    .map(([name, amount]) => `${name}:${amount}`)
    .join(",");

/** The answer as Placement gives it at 1.39. */
export interface CandidatesDocument {
  readonly allocation_requests: readonly {
    readonly allocations: Readonly<Record<string, { readonly resources: Readonly<Record<string, number>> }>>;
  }[];
  readonly provider_summaries: Readonly<Record<string, SummaryDocument>>;
}
interface SummaryDocument {
  readonly resources: Readonly<Record<string, { readonly capacity: number; readonly used: number }>>;
  readonly traits: readonly string[];
  readonly root_provider_uuid: string;
}

export function readCandidates(
  document: CandidatesDocument,
  marker: string,
): Pick<Candidates, "candidates" | "providers"> {
  const summaries = document.provider_summaries;
  const candidates = document.allocation_requests.map(({ allocations }) => candidate(allocations, summaries));
  const named = new Set(candidates.flatMap(({ allocations }) => Object.keys(allocations)));
  const providers = Object.entries(summaries)
    .filter(([uuid]) => named.has(uuid))
    .map(([uuid, document]) => [uuid, summary(uuid, document, marker)] as const);
  return { candidates, providers: Object.fromEntries(providers) };
}

type RequestedAllocations = CandidatesDocument["allocation_requests"][number]["allocations"];

function candidate(requested: RequestedAllocations, summaries: CandidatesDocument["provider_summaries"]): Candidate {
  const [first = ""] = Object.keys(requested);
  return {
    provider: summaries[first]?.root_provider_uuid ?? first,
    allocations: Object.fromEntries(Object.entries(requested).map(([uuid, { resources }]) => [uuid, resources])),
  };
}

function summary(uuid: string, document: SummaryDocument, marker: string): ProviderSummary {
  const resources = Object.entries(document.resources);
  return {
    uuid,
    capacity: Object.fromEntries(resources.map(([name, { capacity }]) => [name, capacity])),
    used: Object.fromEntries(resources.map(([name, { used }]) => [name, used])),
    traits: document.traits.filter((trait) => trait !== marker),
  };
}
