import { Instance } from "../../../resources/instance.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import type { PlacementQuery, QueryGroup } from "../../../resources/placement-query.ts";

export interface InstanceRequest {
  readonly query: PlacementQuery;
  /** As it was written. */
  readonly text: string;
  readonly name: string;
  /** Absent: the command line's. */
  readonly namespace?: string | undefined;
  /** Absent: the default Image. */
  readonly imageUrl?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;
type Amounts = Readonly<Record<string, number>>;

/**
 * The manifest that says the same: in our own words as far as they go, else with the query as it is. It may still be
 * invalid (a name, an amount): apply's own checks find that.
 */
export function instanceOfQuery({ query, text, name, namespace, imageUrl }: InstanceRequest): Fields {
  return {
    apiVersion: API_VERSION,
    kind: Instance.kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    spec: {
      ...(imageUrl !== undefined && { image: { source: { url: imageUrl } } }),
      ...(isSaidByFields(query) ? inFields(query) : { ...resourcesOf(query, {}), placement: { query: text } }),
    },
  };
}

const SIZE = /^(VCPU|MEMORY_MB|DISK_GB)$/;

function isSaidByFields({ groups, rootRequired, rootForbidden, limit }: PlacementQuery): boolean {
  if (rootRequired || rootForbidden || limit !== undefined) return false;
  return groups.every(
    ({ suffix, resources, inTree }) =>
      inTree === undefined && (suffix !== "" || Object.keys(resources).every((it) => SIZE.test(it) || isCustom(it))),
  );
}
const isCustom = (className: string): boolean => className.startsWith("CUSTOM_");

function inFields(query: PlacementQuery): Fields {
  const general = query.groups.find(({ suffix }) => suffix === "");
  const named = query.groups.filter(({ suffix }) => suffix !== "");
  return {
    ...resourcesOf(query, general?.resources ?? {}),
    ...(general && termsOf(general)),
    ...(named.length > 0 && { resourceGroups: named.map(groupOf) }),
    ...(query.groupPolicy && { groupPolicy: query.groupPolicy }),
    ...(query.sameSubtree && { sameSubtree: query.sameSubtree }),
  };
}

const groupOf = (group: QueryGroup): Fields => ({
  name: group.suffix,
  ...(Object.keys(group.resources).length > 0 && { resources: inOurWords(group.resources) }),
  ...termsOf(group),
});

/** The machine is as large as all groups together; `custom`: other classes among what is asked of the host itself. */
function resourcesOf({ groups }: PlacementQuery, custom: Amounts): Fields {
  const amounts: Record<string, number> = {};
  for (const [name, amount] of groups.flatMap(({ resources }) => Object.entries(resources)))
    if (SIZE.test(name)) amounts[name] = (amounts[name] ?? 0) + amount;
  const others = Object.entries(custom).filter(([name]) => !SIZE.test(name));
  const resources = inOurWords({ ...amounts, ...Object.fromEntries(others) });
  return Object.keys(resources).length > 0 ? { resources } : {};
}

function inOurWords({ VCPU, MEMORY_MB, DISK_GB, ...others }: Amounts): Fields {
  return {
    ...(VCPU !== undefined && { vcpu: VCPU }),
    ...(MEMORY_MB !== undefined && { memory: `${MEMORY_MB}Mi` }),
    ...(DISK_GB !== undefined && { disk: `${DISK_GB}Gi` }),
    ...others,
  };
}

function termsOf({ required, forbidden, memberOf, notMemberOf }: QueryGroup): Fields {
  const plain = required.filter(({ length }) => length === 1).flat();
  const anyOf = required.filter(({ length }) => length > 1);
  const traits = said({ required: plain, forbidden, anyOf });
  const aggregates = said({ memberOf, notMemberOf });
  return { ...(traits && { traits }), ...(aggregates && { aggregates }) };
}

/** Without empty lists; undefined when all are. */
function said(lists: Readonly<Record<string, readonly unknown[]>>): Fields | undefined {
  const full = Object.entries(lists).filter(([, list]) => list.length > 0);
  return full.length > 0 ? Object.fromEntries(full) : undefined;
}
