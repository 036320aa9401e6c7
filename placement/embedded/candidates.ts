import { wholeCapacityOf } from "../capacity.ts";
import { checkRequest } from "../check-request.ts";
import type { Candidate, Candidates, CandidatesRequest, ProviderSummary, Resources } from "../placement.ts";
import { countReasons, refusals } from "../refusals.ts";
import { checkKnownNames } from "./known-names.ts";
import { type Picture, providerSlot, usageSlot } from "./picture.ts";
import type { ProviderRecord } from "./records.ts";

/** Pure: the answer for one picture. Providers come in key order, so a `limit` always keeps the same ones. */
export function findCandidates(picture: Picture, request: CandidatesRequest): Candidates {
  checkRequest(request);
  checkKnownNames(picture, Object.keys(request.resources), [...request.required, ...request.forbidden]);
  const candidates: Candidate[] = [];
  const providers: Record<string, ProviderSummary> = {};
  const unreadable = request.inTree === undefined ? picture.unreadableProviders() : 0;
  const reasons: string[] = Array(unreadable).fill("provider record unreadable");
  for (const record of providersAskedFor(picture, request)) {
    const used = usedOf(picture, record.uuid);
    const refused = used ? refusals({ ...record, used }, request) : ["usage record unreadable"];
    reasons.push(...refused);
    if (used === undefined || refused.length > 0) continue;
    candidates.push({ provider: record.root, allocations: { [record.uuid]: request.resources } });
    providers[record.uuid] = summary(record, used);
    if (candidates.length === request.limit) break;
  }
  return { candidates, providers, reasons: countReasons(reasons) };
}

function providersAskedFor(picture: Picture, { inTree }: CandidatesRequest): Iterable<ProviderRecord> {
  if (inTree === undefined) return picture.providers();
  // Providers are flat for now: a tree is its root.
  const pinned = providerSlot(picture, inTree).value;
  return pinned ? [pinned] : [];
}

/** `undefined` when the record of it cannot be read: then nothing may be promised. */
function usedOf(picture: Picture, provider: string): Resources | undefined {
  const slot = usageSlot(picture, provider);
  return slot.problem === undefined ? (slot.value?.used ?? {}) : undefined;
}

function summary(record: ProviderRecord, used: Resources): ProviderSummary {
  const inventories = Object.entries(record.inventories);
  return {
    uuid: record.uuid,
    capacity: Object.fromEntries(inventories.map(([name, inventory]) => [name, wholeCapacityOf(inventory)])),
    used: Object.fromEntries(inventories.map(([name]) => [name, used[name] ?? 0])),
    traits: record.traits,
  };
}
