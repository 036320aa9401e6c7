import type { CandidatesQuery, RequestGroup } from "../../../placement/candidates-query.ts";
import type { Refusal, Shortage } from "../../../placement/refusal.ts";

/**
 * A query that asks no more for what was refused, so that one can see what else is in the way; undefined: it cannot be
 * told from the refusal, or nothing would be left.
 */
export function relaxQuery(query: CandidatesQuery, refusals: readonly Refusal[]): CandidatesQuery | undefined {
  let relaxed: CandidatesQuery | undefined = query;
  for (const refusal of refusals) relaxed &&= relax(relaxed, refusal);
  return relaxed?.groups.some(({ resources }) => Object.keys(resources).length === 0) ? undefined : relaxed;
}

function relax(query: CandidatesQuery, { about, shortage, group }: Refusal): CandidatesQuery | undefined {
  const groups = (change: (one: RequestGroup) => RequestGroup) =>
    query.groups.map((one) => (one.suffix === (group ?? "") ? change(one) : one));
  if (shortage) return { ...query, groups: groups((one) => withLess(one, shortage)) };
  if (!about) return undefined;
  const isOther = (anyOf: readonly string[]): boolean => anyOf.join() !== about.names.join();
  const isOtherName = (name: string): boolean => !about.names.includes(name);
  switch (about.kind) {
    case "traitMissing": {
      const rootRequired = (query.rootRequired ?? []).filter(isOtherName);
      return { ...query, rootRequired, groups: groups((one) => ({ ...one, required: one.required.filter(isOther) })) };
    }
    case "traitForbidden": {
      const rootForbidden = (query.rootForbidden ?? []).filter(isOtherName);
      const change = (one: RequestGroup) => ({ ...one, forbidden: one.forbidden.filter(isOtherName) });
      return { ...query, rootForbidden, groups: groups(change) };
    }
    case "aggregateMissing":
      return { ...query, groups: groups((one) => ({ ...one, memberOf: one.memberOf.filter(isOther) })) };
    case "aggregateForbidden":
      return { ...query, groups: groups((one) => ({ ...one, notMemberOf: one.notMemberOf.filter(isOtherName) })) };
  }
}

function withLess({ resources, ...group }: RequestGroup, shortage: Shortage): RequestGroup {
  const { [shortage.resourceClass]: _, ...others } = resources;
  const amount = fittingAmount(shortage);
  return { ...group, resources: amount === undefined ? others : { ...others, [shortage.resourceClass]: amount } };
}

/** The amount nearest to what was asked that would be given now; undefined: none. */
export function fittingAmount({ asked, free, minUnit, maxUnit, stepSize }: Shortage): number | undefined {
  const most = Math.min(free, maxUnit);
  const wanted = asked < minUnit ? Math.ceil(minUnit / stepSize) * stepSize : Math.min(asked, most);
  const amount = Math.floor(wanted / stepSize) * stepSize;
  return amount >= Math.max(1, minUnit) && amount <= most ? amount : undefined;
}

/** The query of one host alone. */
export const onlyAt = (query: CandidatesQuery, root: string): CandidatesQuery => ({
  ...query,
  groups: query.groups.map((group) => ({ ...group, inTree: root })),
});
