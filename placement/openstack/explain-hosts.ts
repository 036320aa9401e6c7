import type { CandidatesQuery } from "../candidates-query.ts";
import { capacityOf, unitRefusal, wholeCapacityOf } from "../capacity.ts";
import { refusalExplainer } from "../engine/explain/explain-refusal.ts";
import type { Allocations, Candidate, Candidates, Explained, ProviderState, Resources } from "../placement.ts";
import { REASON, type Refusal } from "../refusal.ts";
import { candidatesPath, readCandidates } from "./candidates-query.ts";
import { CandidatesDocument } from "./documents.ts";
import { emptyState, type Refused } from "./explain-refusal.ts";

export interface Asked {
  readonly query: CandidatesQuery;
  /** What Placement answered to it. */
  readonly found: Candidates;
  /** Of a consumer that is to count as holding nothing. */
  readonly held: Allocations;
}

type Providers = Candidates["providers"];

/**
 * Why each of our providers that is no candidate cannot serve a query (decision 0156). One request, however many there
 * are: trees that have a unit of one class are answered with what is used of all their classes; who is not among them
 * has nothing of that class.
 */
export async function explainHosts({ query, found, held }: Asked, parts: Refused): Promise<Explained> {
  const serving = new Set(found.candidates.map(({ provider }) => provider));
  const asked = query.groups.flatMap(({ resources }) => Object.keys(resources))[0] ?? "";
  const known = { ...(await withSomeFree(asked, parts)), ...found.providers };
  const usedOf = ({ uuid, inventories }: ProviderState): Resources =>
    minus(known[uuid]?.used ?? full(inventories, asked), held[uuid]);
  const explain = refusalExplainer(emptyState(parts.own), query, ({ record }) => usedOf(record));
  const refused = new Map<string, readonly Refusal[]>();
  const freed: ProviderState[] = [];
  for (const provider of parts.own) {
    const { uuid } = provider;
    const refusals = serving.has(uuid) ? [] : explain(uuid);
    if (serving.has(uuid) || refusals.some(({ reason }) => reason === REASON.elsewhere)) continue;
    if (refusals.length > 0) refused.set(uuid, refusals);
    else if (held[uuid]) freed.push(provider);
    else refused.set(uuid, [UNKNOWN]);
  }
  const candidates = [...found.candidates, ...freed.map(asCandidate(query))];
  const summaries = Object.fromEntries(freed.map((provider) => [provider.uuid, summaryOf(provider, usedOf(provider))]));
  return { candidates, providers: { ...found.providers, ...summaries }, reasons: found.reasons, refused };
}

/** Placement says no, and by all that is known here it could say yes: providers below the host, or somebody was faster. */
const UNKNOWN: Refusal = { reason: "refused by Placement", text: "Placement refuses it, and does not say why" };

async function withSomeFree(resourceClass: string, { api, marker, signal }: Refused): Promise<Providers> {
  const none = { suffix: "", required: [], forbidden: [], memberOf: [], notMemberOf: [] };
  const query = { groups: [{ ...none, resources: { [resourceClass]: 1 } }] };
  const document = await api.get(candidatesPath(query, marker), CandidatesDocument, signal);
  return document ? readCandidates(document, marker).providers : {};
}

/** What is used where nothing is free of a class; of the others it is not known, and none is refused for them. */
function full(inventories: ProviderState["inventories"], asked: string): Resources {
  const inventory = inventories[asked];
  if (!inventory || unitRefusal(asked, inventory, 1) !== undefined) return {};
  return { [asked]: Math.ceil(capacityOf(inventory)) };
}

const minus = (used: Resources, held: Resources = {}): Resources =>
  Object.fromEntries(Object.entries(used).map(([name, amount]) => [name, Math.max(0, amount - (held[name] ?? 0))]));

const asCandidate =
  ({ groups }: CandidatesQuery) =>
  ({ uuid }: ProviderState): Candidate => {
    const resources = Object.assign({}, ...groups.map((group) => group.resources)) as Resources;
    return { provider: uuid, allocations: { [uuid]: resources } };
  };

const summaryOf = ({ uuid, inventories, traits }: ProviderState, used: Resources): Providers[string] => ({
  uuid,
  capacity: Object.fromEntries(Object.entries(inventories).map(([name, it]) => [name, wholeCapacityOf(it)])),
  used,
  traits,
});
