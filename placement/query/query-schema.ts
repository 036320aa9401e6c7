import { type TSchema, Type } from "typebox";
import { badRequest } from "../engine/problems.ts";
import { schemaProblem } from "../validation/schema-problem.ts";
import type { QueryPairs } from "./query-pair.ts";

// Which parameters GET /allocation_candidates takes at which microversion, as upstream's API reference tells.

const TEXT = Type.String();
const LIMIT = Type.String({ pattern: "^[1-9][0-9]*$", minLength: 1 });
const POLICY: TSchema = { type: "string", enum: ["none", "isolate"] };

/** How the suffix of a granular group may look. */
const NUMBERED_SUFFIX = "[1-9][0-9]*";
export const NAMED_SUFFIX = "[a-zA-Z0-9_-]{1,64}";
const NAMED_SUFFIX_SINCE = 33;

/** Plain parameters since a microversion, until groups took some of them over at 1.25. */
const PLAIN: readonly {
  readonly since: number;
  readonly until?: number;
  readonly name: string;
  readonly schema: TSchema;
}[] = [
  { since: 10, until: 25, name: "resources", schema: TEXT },
  { since: 16, name: "limit", schema: LIMIT },
  { since: 17, until: 25, name: "required", schema: TEXT },
  { since: 21, until: 25, name: "member_of", schema: TEXT },
  { since: 25, name: "group_policy", schema: POLICY },
  { since: 35, name: "root_required", schema: TEXT },
  { since: 36, name: "same_subtree", schema: TEXT },
];
const GROUPED_SINCE = 25;

/** What a group may say. */
const GROUPED = [
  { since: 25, name: "resources" },
  { since: 25, name: "required" },
  { since: 25, name: "member_of" },
  { since: 31, name: "in_tree" },
];

export const suffixPattern = (version: number): string =>
  version >= NAMED_SUFFIX_SINCE ? NAMED_SUFFIX : NUMBERED_SUFFIX;

const schemas = new Map<number, TSchema>();

function schemaAt(version: number): TSchema {
  const known = schemas.get(version);
  if (known) return known;
  const plain = PLAIN.filter(({ since, until = Number.POSITIVE_INFINITY }) => since <= version && version < until);
  const grouped = GROUPED.filter(({ since }) => since <= version && version >= GROUPED_SINCE);
  const patterns = grouped.map(({ name }) => [`^${name}(${suffixPattern(version)})?$`, TEXT]);
  const schema: TSchema = {
    type: "object",
    properties: Object.fromEntries(plain.map(({ name, schema }) => [name, schema])),
    ...(patterns.length > 0 ? { patternProperties: Object.fromEntries(patterns) } : { required: ["resources"] }),
    additionalProperties: false,
  };
  schemas.set(version, schema);
  return schema;
}

/** Bad request for a parameter that this microversion does not have, or a limit or policy out of form. */
export const checkCandidatesParameters = (pairs: QueryPairs, version: number): void =>
  checkQuery(pairs, schemaAt(version));

/** Bad request unless the pairs, the last one of each name, match a schema. */
export function checkQuery(pairs: QueryPairs, schema: TSchema): void {
  const problem = schemaProblem(schema, Object.fromEntries(pairs));
  if (problem !== undefined) throw badRequest(`Invalid query string parameters: ${problem}`);
}
