import type { CandidatesQuery } from "../candidates-query.ts";
import type { PlacementState } from "./state.ts";

/** What a query names that nobody ever made or has, in words; `undefined`: all is known. */
export function unknownName(state: PlacementState, query: CandidatesQuery): string | undefined {
  const classes = query.groups.flatMap(({ resources }) => Object.keys(resources));
  const unknownClass = classes.find((name) => !state.knowsClass(name));
  if (unknownClass !== undefined) return `unknown resource class ${unknownClass}`;
  const traits = query.groups.flatMap(({ required, forbidden }) => [...required.flat(), ...forbidden]);
  const unknownTrait = [...traits, ...(query.rootRequired ?? []), ...(query.rootForbidden ?? [])].find(
    (name) => !state.knowsTrait(name),
  );
  return unknownTrait === undefined ? undefined : `unknown trait ${unknownTrait}`;
}
