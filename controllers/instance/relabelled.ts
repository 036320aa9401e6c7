import { isSameJson } from "../../resources/is-same-json.ts";
import { groupKey } from "../../resources/keys.ts";
import { emptyPart, joinParts, type TransactionPart } from "../../store/transaction-part.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import type { InstanceFacts } from "../cluster/instance-facts.ts";
import { EVERYBODY, labelGroup, MAX_GROUPS, passIfThere } from "../cluster/turnstile.ts";
import type { WritePlan } from "./resize.ts";

/**
 * One that has a host is going to have other labels: a bind that was decided by the ones it had is to be decided anew.
 * Goes through the turnstiles of what comes and of what goes, as far as they stand (decision 0150).
 */
export function relabelledPart(
  view: ClusterView,
  { status, namespace }: InstanceFacts,
  plan: WritePlan,
): TransactionPart {
  const { binding, accepted } = plan.record;
  const [before = {}, after = {}] = [status?.value.accepted?.labels, accepted?.labels];
  if (!binding || isSameJson(before, after)) return emptyPart;
  const labels = [...Object.entries(before), ...Object.entries(after)].filter(([key]) => before[key] !== after[key]);
  const keys = [EVERYBODY, ...labels.map(([key, value]) => labelGroup(key, value))].map((group) =>
    groupKey(namespace, group),
  );
  // More labels than a bind can be decided by: then those that somebody decides by already.
  const concerned = keys.length <= MAX_GROUPS ? keys : keys.filter((key) => view.revisionOf(key) > 0);
  return joinParts(...concerned.slice(0, MAX_GROUPS).map((key) => passIfThere(view, key)));
}
