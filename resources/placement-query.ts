import { closestWord } from "./closest-word.ts";
import { MAX_AMOUNT, MAX_GROUPS } from "./placement-words.ts";
import { pairsOf } from "./query-pairs.ts";
import { type Faults, readAggregates, readAmounts, readSuffixes, readTraits, readUuid } from "./query-values.ts";

// `spec.placement.query`: the parameters of GET /allocation_candidates at microversion 1.39, in our words when they are
// wrong. A test holds it against the parser of our Placement API, which has upstream's words.

/** One group of a query; "" is the suffix of the one without. Lists as in Placement: all of them, each by any of its own. */
export interface QueryGroup {
  readonly suffix: string;
  readonly resources: Readonly<Record<string, number>>;
  readonly required: readonly (readonly string[])[];
  readonly forbidden: readonly string[];
  readonly memberOf: readonly (readonly string[])[];
  readonly notMemberOf: readonly string[];
  readonly inTree?: string;
}
export interface PlacementQuery {
  readonly groups: readonly QueryGroup[];
  readonly groupPolicy?: "none" | "isolate";
  readonly rootRequired?: readonly string[];
  readonly rootForbidden?: readonly string[];
  readonly sameSubtree?: readonly (readonly string[])[];
  readonly limit?: number;
}
export type ReadQuery =
  | { readonly ok: true; readonly query: PlacementQuery }
  | { readonly ok: false; readonly faults: readonly string[] };

type Values = ReadonlyMap<string, readonly string[]>;

const PLAIN = ["group_policy", "limit", "root_required", "same_subtree"];
const GROUPED = ["resources", "required", "member_of", "in_tree"];
const GROUP_PARAMETER = /^(resources|required|member_of|in_tree)([a-zA-Z0-9_-]{1,64})?$/;
/** What may come several times, each as a condition of its own; of anything else the last one would hide the others. */
const REPEATABLE = /^(required|member_of|same_subtree$)/;

/** Pure; never throws. Whether classes and traits are known is Placement's to say. */
export function readPlacementQuery(text: string): ReadQuery {
  const faults: string[] = [];
  const values = pairsOf(text, faults);
  for (const [name, given] of values) checkParameter(name, given, faults);
  if (faults.length > 0) return { ok: false, faults };
  const suffixes = new Set([...values.keys()].flatMap((name) => suffixOf(name) ?? []));
  const groups = [...suffixes].map((suffix) => readGroup(suffix, values, faults));
  const query = { groups, ...readPlain(values, faults) };
  if (faults.length === 0) checkTogether(query, faults);
  return faults.length === 0 ? { ok: true, query } : { ok: false, faults };
}

/** Undefined: a parameter of no group. */
function suffixOf(name: string): string | undefined {
  const match = GROUP_PARAMETER.exec(name);
  return match ? (match[2] ?? "") : undefined;
}

function checkParameter(name: string, given: readonly string[], faults: Faults): void {
  if (!PLAIN.includes(name) && suffixOf(name) === undefined) {
    const meant = closestWord(name, [...PLAIN, ...GROUPED]);
    faults.push(`${name} is not a parameter of Placement${meant === undefined ? "" : ` (did you mean "${meant}"?)`}`);
  } else if (given.length > 1 && !REPEATABLE.test(name)) faults.push(`${name} stands there twice`);
}

function readGroup(suffix: string, values: Values, faults: Faults): QueryGroup {
  const named = (name: string) => (values.get(name + suffix) ?? []).map((value) => [name + suffix, value] as const);
  const traits = named("required").map(([name, value]) => readTraits(name, value, faults));
  const aggregates = named("member_of").map(([name, value]) => readAggregates(name, value, faults));
  const [resources] = named("resources").map(([name, value]) => readAmounts(name, value, faults));
  const [inTree] = named("in_tree").map(([name, value]) => readUuid(name, value, faults));
  return {
    suffix,
    resources: resources ?? {},
    required: traits.flatMap(({ allOf }) => allOf),
    forbidden: [...new Set(traits.flatMap(({ noneOf }) => noneOf))],
    memberOf: aggregates.flatMap(({ allOf }) => allOf),
    notMemberOf: [...new Set(aggregates.flatMap(({ noneOf }) => noneOf))],
    ...(inTree === undefined ? {} : { inTree }),
  };
}

function readPlain(values: Values, faults: Faults): Omit<PlacementQuery, "groups"> {
  const sameSubtree = (values.get("same_subtree") ?? []).map((value) => readSuffixes("same_subtree", value, faults));
  return {
    ...readPolicy(values.get("group_policy")?.[0], faults),
    ...readRoot(values.get("root_required")?.[0], faults),
    ...(sameSubtree.length > 0 ? { sameSubtree } : {}),
    ...readLimit(values.get("limit")?.[0], faults),
  };
}

function readPolicy(policy: string | undefined, faults: Faults): Pick<PlacementQuery, "groupPolicy"> {
  if (policy === "none" || policy === "isolate") return { groupPolicy: policy };
  if (policy !== undefined) faults.push(`group_policy must be none or isolate (got "${policy}")`);
  return {};
}

function readRoot(value: string | undefined, faults: Faults): Pick<PlacementQuery, "rootRequired" | "rootForbidden"> {
  if (value === undefined) return {};
  if (value.startsWith("in:")) faults.push("root_required knows no in:");
  const { allOf, noneOf } = readTraits("root_required", value.replace(/^in:/, ""), faults);
  const both = allOf.flat().find((trait) => noneOf.includes(trait));
  if (both !== undefined) faults.push(`root_required: ${both} is forbidden as well`);
  return { rootRequired: allOf.flat(), rootForbidden: noneOf };
}

function readLimit(limit: string | undefined, faults: Faults): Pick<PlacementQuery, "limit"> {
  if (limit === undefined) return {};
  if (/^[1-9][0-9]*$/.test(limit)) return { limit: Math.min(Number(limit), MAX_AMOUNT) };
  faults.push(`limit must be a whole number from 1 on (got "${limit}")`);
  return {};
}

/** What only the groups together can be wrong about. */
function checkTogether({ groups, groupPolicy, sameSubtree = [] }: PlacementQuery, faults: Faults): void {
  const suffixed = groups.filter(({ suffix }) => suffix !== "");
  const named = new Set(sameSubtree.flat());
  const hasResources = ({ resources }: QueryGroup): boolean => Object.keys(resources).length > 0;
  if (!groups.some(hasResources)) faults.push("resources=… is missing: at least one group has to ask for some");
  for (const group of groups.filter((group) => !hasResources(group) && !named.has(group.suffix)))
    faults.push(`resources${group.suffix}=… is missing: only a group that same_subtree names may go without`);
  for (const suffix of named)
    if (!suffixed.some((group) => group.suffix === suffix))
      faults.push(`same_subtree: there is no group with the suffix "${suffix}"`);
  if (suffixed.length > 1 && groupPolicy === undefined)
    faults.push("group_policy=none or isolate is missing: there is more than one group with a suffix");
  if (suffixed.length > MAX_GROUPS) faults.push(`has more than ${MAX_GROUPS} groups (got ${suffixed.length})`);
  for (const { suffix, required, forbidden } of groups)
    for (const anyOf of required)
      if (anyOf.every((trait) => forbidden.includes(trait)))
        faults.push(`required${suffix}: ${anyOf.join(" or ")} is forbidden as well`);
}
