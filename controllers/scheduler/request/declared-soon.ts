import type { CandidatesQuery } from "../../../placement/candidates-query.ts";
import { isConditionTrue } from "../../../resources/conditions.ts";
import {
  HYPERVISOR_CONDITION,
  Hypervisor,
  type HypervisorSpec,
  type HypervisorStatus,
} from "../../../resources/hypervisor.ts";
import { objectTail, PREFIX } from "../../../resources/keys.ts";
import type { ClusterView } from "../../cluster/cluster-view.ts";
import { specProblem } from "../../cluster/spec-problem.ts";
import { queryNames } from "./query-names.ts";

/**
 * A Hypervisor whose manifest declares a custom trait or class of the query, and whose provider may not have it yet: then
 * a name that Placement does not know is no mistake. Looked for only when Placement did not know one.
 */
export function declaredSoon(view: ClusterView, query: CandidatesQuery): string | undefined {
  const names = customNames(query);
  if (names.size === 0) return undefined;
  for (const { key, value } of view.all("spec", `${PREFIX.spec}${objectTail(Hypervisor, undefined, "")}`)) {
    if (specProblem(Hypervisor, value.spec) !== undefined) continue;
    const { generation, name } = value.metadata;
    const { traits = [], inventory = {} } = value.spec as HypervisorSpec;
    const isDeclared = [...traits, ...Object.keys(inventory)].some((declared) => names.has(declared));
    if (isDeclared && !isSynced(view, key.slice(PREFIX.spec.length), generation)) return name;
  }
  return undefined;
}

function isSynced(view: ClusterView, tail: string, generation: number): boolean {
  const record = view.status(tail)?.value;
  const { conditions = [] } = (record?.status ?? {}) as HypervisorStatus;
  return (
    record?.accepted?.generation === generation && isConditionTrue(conditions, HYPERVISOR_CONDITION.placementSynced)
  );
}

function customNames(query: CandidatesQuery): ReadonlySet<string> {
  const { classes, traits } = queryNames(query);
  return new Set([...classes, ...traits].filter((name) => name.startsWith("CUSTOM_")));
}
