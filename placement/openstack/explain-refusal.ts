import { unitRefusal } from "../capacity.ts";
import type { CandidatesRequest, CountedReason, ProviderState } from "../placement.ts";
import { countReasons, refusals } from "../refusals.ts";
import { candidatesPath } from "./candidates-query.ts";
import { CandidatesDocument } from "./documents.ts";
import type { PlacementApi } from "./placement-api.ts";

export interface Refused {
  readonly api: PlacementApi;
  /** The trait of our providers. */
  readonly marker: string;
  /** What our providers were brought to. */
  readonly own: readonly ProviderState[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Why none of our providers serves a request (P9: Placement does not say). Traits and units are judged by what we
 * gave the providers; room by one more query per class, which names the providers that have it. So the cost does not
 * grow with the number of providers, and a host without room is told from one that can never serve.
 */
export async function explainRefusal(request: CandidatesRequest, refused: Refused): Promise<readonly CountedReason[]> {
  const asked = refused.own.filter(({ uuid }) => request.inTree === undefined || request.inTree === uuid);
  const hopeful: ProviderState[] = [];
  const reasons: string[] = [];
  for (const provider of asked) {
    const fixed = fixedRefusals(provider, request);
    reasons.push(...fixed);
    if (fixed.length === 0) hopeful.push(provider);
  }
  if (hopeful.length === 0) return countReasons(reasons);
  for (const [name, amount] of Object.entries(request.resources)) {
    const withRoom = await providersWithRoom({ ...request, resources: { [name]: amount } }, refused);
    for (const { uuid } of hopeful) if (!withRoom.has(uuid)) reasons.push(`insufficient ${name}`);
  }
  return countReasons(reasons);
}

/** What no release of others could change. */
function fixedRefusals(provider: ProviderState, request: CandidatesRequest): readonly string[] {
  const byTraits = refusals({ ...provider, used: {} }, { ...request, resources: {} });
  if (byTraits.length > 0) return byTraits;
  return Object.entries(request.resources)
    .map(([name, amount]) => {
      const inventory = provider.inventories[name];
      return inventory ? unitRefusal(name, inventory, amount) : `no ${name}`;
    })
    .filter((reason) => reason !== undefined);
}

async function providersWithRoom(
  { resources, inTree }: CandidatesRequest,
  { api, marker, signal }: Refused,
): Promise<ReadonlySet<string>> {
  const request = { resources, required: [], forbidden: [], ...(inTree === undefined ? {} : { inTree }) };
  const document = await api.get(candidatesPath(request, marker), CandidatesDocument, signal);
  return new Set(document?.allocation_requests.flatMap(({ allocations }) => Object.keys(allocations)));
}
