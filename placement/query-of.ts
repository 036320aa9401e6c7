import type { CandidatesQuery } from "./candidates-query.ts";
import type { CandidatesRequest } from "./placement.ts";

/** A request as the query it stands for. */
export function queryOf(request: CandidatesRequest): CandidatesQuery {
  if ("query" in request) return request.query;
  const { resources, required, forbidden, inTree, limit } = request;
  const group = { suffix: "", resources, required: required.map((trait) => [trait]), forbidden };
  return {
    groups: [{ ...group, memberOf: [], notMemberOf: [], ...(inTree === undefined ? {} : { inTree }) }],
    ...(limit === undefined ? {} : { limit }),
  };
}
