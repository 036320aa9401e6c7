import type { CandidatesQuery, RequestGroup } from "../candidates-query.ts";
import { countReasons } from "../engine/explain/count-reasons.ts";
import { refusalExplainer } from "../engine/explain/explain-refusal.ts";
import { PlacementState } from "../engine/state.ts";
import type { CountedReason, ProviderState } from "../placement.ts";
import { REASON } from "../refusal.ts";
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
 * Why none of our providers serves a query (P9: Placement does not say). What no release could change is judged by what
 * we gave the providers; room by one more query per amount, which names the trees that have it. So the cost does not
 * grow with the number of providers, and a host without room is told from one that can never serve.
 */
export async function explainRefusal(query: CandidatesQuery, refused: Refused): Promise<readonly CountedReason[]> {
  const explain = refusalExplainer(emptyState(refused.own), query);
  const reasons: string[] = [];
  const hopeful: string[] = [];
  for (const { uuid } of refused.own) {
    const fixed = new Set(explain(uuid).map(({ reason }) => reason));
    if (fixed.has(REASON.elsewhere)) continue;
    reasons.push(...fixed);
    if (fixed.size === 0) hopeful.push(uuid);
  }
  if (hopeful.length === 0) return countReasons(reasons);
  for (const amount of query.groups.flatMap(singleAmounts)) {
    const withRoom = await treesWithRoom(amount, refused);
    const [name] = Object.keys(amount.resources);
    for (const uuid of hopeful) if (!withRoom.has(uuid)) reasons.push(`insufficient ${name}`);
  }
  return countReasons(reasons);
}

/** A group for each class of a group. */
const singleAmounts = (group: RequestGroup): readonly RequestGroup[] =>
  Object.entries(group.resources).map(([name, amount]) => ({ ...group, resources: { [name]: amount } }));

/** Our providers as if nothing were allocated. */
export function emptyState(own: readonly ProviderState[]): PlacementState {
  const state = new PlacementState();
  for (const provider of own) {
    const { uuid } = provider;
    const record = { ...provider, generation: 0, parent: null, root: uuid };
    state.apply({ kind: "provider", uuid, record });
  }
  return state;
}

/** Roots under which an amount is free, whatever else its group asks for. */
async function treesWithRoom(
  { resources, inTree }: RequestGroup,
  { api, marker, signal }: Refused,
): Promise<ReadonlySet<string>> {
  const group = { suffix: "", resources, required: [], forbidden: [], memberOf: [], notMemberOf: [] };
  const query = { groups: [{ ...group, ...(inTree === undefined ? {} : { inTree }) }] };
  const document = await api.get(candidatesPath(query, marker), CandidatesDocument, signal);
  const summaries = Object.values(document?.provider_summaries ?? {});
  return new Set(summaries.map(({ root_provider_uuid: root }) => root));
}
