import { badRequest } from "../engine/problems.ts";
import { canonicalUuid, isUuidLike } from "../validation/uuid.ts";

/** In all of `memberOf`, each by any of its aggregates, and in none of `notMemberOf`. */
export interface AggregateTerms {
  readonly memberOf: readonly (readonly string[])[];
  readonly notMemberOf: readonly string[];
}

const SEVERAL_SINCE = 24;
const FORBIDDEN_SINCE = 32;

/** The values of one `member_of` parameter together; `name` is the parameter, for messages. */
export function parseMemberOf(values: readonly string[], version: number, name = "member_of"): AggregateTerms {
  if (values.length > 1 && version < SEVERAL_SINCE) throw badRequest(`Multiple ${name} parameters are not supported`);
  const terms = values.map(parseOne);
  const forbidden = terms.filter((term) => term.forbidden);
  if (forbidden.length > 0 && version < FORBIDDEN_SINCE)
    throw badRequest(`Forbidden ${name} parameters are not supported in the specified microversion`);
  return {
    memberOf: terms.filter((term) => !term.forbidden).map(({ aggregates }) => aggregates),
    notMemberOf: [...new Set(forbidden.flatMap(({ aggregates }) => aggregates))],
  };
}

/** `UUID`, `!UUID`, `in:UUID,UUID` or `!in:UUID,UUID`. */
function parseOne(value: string): { readonly forbidden: boolean; readonly aggregates: readonly string[] } {
  const forbidden = value.startsWith("!");
  const rest = forbidden ? value.slice(1) : value;
  const several = rest.startsWith("in:");
  if (!several && value.includes(","))
    throw badRequest(
      `Multiple values for 'member_of' must be prefixed with the 'in:' or '!in:' keyword using the valid microversion. Got: ${value}`,
    );
  const uuids = several ? rest.slice("in:".length).split(",") : [rest];
  const bad = uuids.find((uuid) => !isUuidLike(uuid));
  if (bad !== undefined)
    throw badRequest(
      `Invalid query string parameters: Expected 'member_of' parameter to contain valid UUID(s). Got: ${bad}`,
    );
  return { forbidden, aggregates: [...new Set(uuids.map(canonicalUuid))] };
}
