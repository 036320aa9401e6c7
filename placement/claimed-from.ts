import type { Allocations, Candidate, Candidates, ProviderSummary, Resources } from "./placement.ts";

/**
 * What an answer to a candidates query is worth once something was claimed: the providers have so much less, and who
 * has no room for what the query asked for is a candidate no longer. Pure; what was claimed elsewhere changes nothing.
 */
export function claimedFrom(answer: Candidates, claimed: Allocations): Candidates {
  const touched = Object.entries(claimed).flatMap(([uuid, resources]) => {
    const summary = answer.providers[uuid];
    return summary ? [[uuid, withUsed(summary, resources)] as const] : [];
  });
  if (touched.length === 0) return answer;
  const providers = { ...answer.providers, ...Object.fromEntries(touched) };
  const isTouched = (uuid: string): boolean => Object.hasOwn(claimed, uuid);
  const candidates = answer.candidates.filter(
    (candidate) => !Object.keys(candidate.allocations).some(isTouched) || fits(candidate, providers),
  );
  return { candidates, providers, reasons: answer.reasons };
}

/** Both together. */
export const sumOf = (some: Allocations, more: Allocations): Allocations => ({
  ...some,
  ...Object.fromEntries(
    Object.entries(more).map(([uuid, resources]) => [uuid, { ...some[uuid], ...sums(some[uuid] ?? {}, resources) }]),
  ),
});

const withUsed = (summary: ProviderSummary, resources: Resources): ProviderSummary => ({
  ...summary,
  used: { ...summary.used, ...sums(summary.used, resources) },
});

const sums = (used: Resources, more: Resources): Resources =>
  Object.fromEntries(Object.entries(more).map(([name, amount]) => [name, (used[name] ?? 0) + amount]));

const fits = ({ allocations }: Candidate, providers: Candidates["providers"]): boolean =>
  Object.entries(allocations).every(([uuid, resources]) => {
    const { capacity = {}, used = {} } = providers[uuid] ?? {};
    return Object.entries(resources).every(([name, amount]) => (used[name] ?? 0) + amount <= (capacity[name] ?? 0));
  });
