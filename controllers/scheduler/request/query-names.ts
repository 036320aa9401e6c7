import type { CandidatesQuery } from "../../../placement/candidates-query.ts";

export interface QueryNames {
  readonly classes: readonly string[];
  readonly traits: readonly string[];
}

/** The resource classes and traits that a query names. */
export function queryNames({ groups, rootRequired = [], rootForbidden = [] }: CandidatesQuery): QueryNames {
  const traits = groups.flatMap(({ required, forbidden }) => [...required.flat(), ...forbidden]);
  return {
    classes: groups.flatMap(({ resources }) => Object.keys(resources)),
    traits: [...traits, ...rootRequired, ...rootForbidden],
  };
}
