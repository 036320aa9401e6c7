import { amountRefusal } from "./capacity.ts";
import type { CandidatesRequest, CountedReason, ProviderState, Resources } from "./placement.ts";
import { TRAIT_DISABLED } from "./placement.ts";

/** What a refusal is judged by. */
export type JudgedProvider = Pick<ProviderState, "inventories" | "traits"> & { readonly used: Resources };

/**
 * Why a provider cannot serve a request; empty when it can. Only the first kind that applies is told (forbidden
 * trait, missing trait, amounts), so that a host counts once per kind of trouble. The pin is the caller's to check.
 */
export function refusals(provider: JudgedProvider, request: CandidatesRequest): readonly string[] {
  const traits = new Set(provider.traits);
  const forbidden = request.forbidden.filter((trait) => traits.has(trait));
  if (forbidden.length > 0) return forbidden.map(forbiddenReason);
  const missing = request.required.filter((trait) => !traits.has(trait));
  if (missing.length > 0) return missing.map((trait) => `trait ${trait} missing`);
  return Object.entries(request.resources)
    .map(([name, amount]) => amountRefusal(name, provider.inventories[name], provider.used[name] ?? 0, amount))
    .filter((reason) => reason !== undefined);
}

/** Most frequent first, then by text. */
export function countReasons(reasons: Iterable<string>): readonly CountedReason[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

const forbiddenReason = (trait: string): string => (trait === TRAIT_DISABLED ? "cordoned" : `trait ${trait} forbidden`);
