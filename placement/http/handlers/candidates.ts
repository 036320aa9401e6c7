import type { AllocationRequest, CandidatesQuery } from "../../candidates-query.ts";
import { findCandidates } from "../../engine/candidates/find-candidates.ts";
import type { TreeSummary } from "../../engine/candidates/summaries.ts";
import { unknownClass } from "../../engine/changes/inventories.ts";
import { unknownTraits } from "../../engine/changes/traits.ts";
import { badRequest } from "../../engine/problems.ts";
import type { PlacementState } from "../../engine/state.ts";
import { parseCandidatesQuery } from "../../query/parse-candidates-query.ts";
import { shown } from "../answer.ts";
import type { Handler } from "../route.ts";
import { inIdOrder } from "../trait-order.ts";

const MAPS_SINCE = 12;
const TRAITS_SHOWN_SINCE = 17;
const ALL_CLASSES_SINCE = 27;
const TREES_SINCE = 29;
const MAPPINGS_SINCE = 34;

export const getCandidates: Handler = (request, { state }) => {
  const { version } = request;
  const query = parseCandidatesQuery(request.query, version);
  checkNames(state, query);
  const { requests, summaries } = findCandidates(state, query, { nested: version >= TREES_SINCE });
  const asked = new Set(query.groups.flatMap(({ resources }) => Object.keys(resources)));
  const shows = (name: string) => version >= ALL_CLASSES_SINCE || asked.has(name);
  return shown({
    allocation_requests: requests.map((one) => (version >= MAPS_SINCE ? requestMap(one, version) : requestList(one))),
    provider_summaries: Object.fromEntries(
      [...summaries.values()].map((summary) => [summary.uuid, shownSummary(state, summary, { version, shows })]),
    ),
  });
};

/** A name that nobody knows is a mistake; one that nobody has is an empty answer. */
function checkNames(state: PlacementState, { groups, rootRequired = [], rootForbidden = [] }: CandidatesQuery): void {
  const classes = groups.flatMap(({ resources }) => Object.keys(resources));
  const unknown = classes.find((name) => !state.knowsClass(name));
  if (unknown !== undefined)
    throw badRequest(`Invalid resource class in resources parameter: ${unknownClass(unknown)}`);
  const named = groups.flatMap(({ required, forbidden }) => [...required.flat(), ...forbidden]);
  const traits = [...named, ...rootRequired, ...rootForbidden].filter((name) => !state.knowsTrait(name));
  if (traits.length > 0) throw badRequest(unknownTraits([...new Set(traits)]));
}

/** As the body of a `PUT /allocations/{consumer}` of the same microversion takes it. */
function requestMap({ allocations, mappings }: AllocationRequest, version: number): object {
  const entries = Object.entries(allocations).map(([uuid, resources]) => [uuid, { resources }]);
  return { allocations: Object.fromEntries(entries), ...(version >= MAPPINGS_SINCE ? { mappings } : {}) };
}

function requestList({ allocations }: AllocationRequest): object {
  const list = Object.entries(allocations).map(([uuid, resources]) => ({ resource_provider: { uuid }, resources }));
  return { allocations: list };
}

interface Wanted {
  readonly version: number;
  readonly shows: (resourceClass: string) => boolean;
}

function shownSummary(state: PlacementState, summary: TreeSummary, { version, shows }: Wanted): object {
  const { capacity, used, traits, parent, root } = summary;
  const resources = Object.entries(capacity)
    .filter(([name]) => shows(name))
    .map(([name, whole]) => [name, { capacity: whole, used: used[name] ?? 0 }]);
  return {
    resources: Object.fromEntries(resources),
    ...(version >= TRAITS_SHOWN_SINCE ? { traits: inIdOrder(state, traits) } : {}),
    ...(version >= TREES_SINCE ? { parent_provider_uuid: parent, root_provider_uuid: root } : {}),
  };
}
