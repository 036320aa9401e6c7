import { quotaKey } from "../../resources/keys.ts";
import { sizeInClasses } from "../../resources/resource-request.ts";
import { emptyPart, joinParts } from "../../store/transaction-part.ts";
import { namespaceCompares } from "../cluster/barred.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import type { InstanceFacts } from "../cluster/instance-facts.ts";
import { isCounted, overQuota } from "../cluster/quota.ts";
import { passTurnstile } from "../cluster/turnstile.ts";
import type { Resize, WritePlan } from "./resize.ts";

/**
 * Whether the namespace allows what the host is going to be told more; decided by what the others of it hold, and by a
 * quota that may be set or lowered in the same moment.
 */
export function growthInQuota(view: ClusterView, facts: InstanceFacts, { assigned }: WritePlan): Resize {
  const { namespace, tail } = facts;
  const before = facts.assigned && sizeInClasses(facts.assigned.value.machine);
  if (!assigned || !before) return { kind: "part", part: emptyPart };
  const more = Object.entries(sizeInClasses(assigned.machine))
    .map(([name, amount]) => [name, amount - (before[name] ?? 0)] as const)
    .filter(([, amount]) => amount > 0);
  if (more.length === 0) return { kind: "part", part: emptyPart };
  const message = overQuota(view, { namespace, beside: [], asked: Object.fromEntries(more) });
  if (message !== undefined) return { kind: "refused", message };
  const turnstile = isCounted(view, namespace) ? passTurnstile(view, quotaKey(namespace)) : emptyPart;
  return { kind: "part", part: joinParts({ compares: namespaceCompares(view, tail), writes: [] }, turnstile) };
}
