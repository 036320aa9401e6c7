import { quotaKey } from "../../resources/keys.ts";
import { emptyPart } from "../../store/transaction-part.ts";
import { sizeInClasses } from "../cluster/bound-index.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import type { InstanceFacts } from "../cluster/instance-facts.ts";
import { isCounted, overQuota } from "../cluster/quota.ts";
import { passTurnstile } from "../cluster/turnstile.ts";
import type { Resize, WritePlan } from "./resize.ts";

/** Whether the namespace allows what the host is going to be told more; decided by what the others of it hold. */
export function growthInQuota(view: ClusterView, facts: InstanceFacts, { assigned }: WritePlan): Resize {
  const { namespace } = facts;
  const before = facts.assigned && sizeInClasses(facts.assigned.value.machine);
  if (!assigned || !before || !isCounted(view, namespace)) return { kind: "part", part: emptyPart };
  const more = Object.entries(sizeInClasses(assigned.machine))
    .map(([name, amount]) => [name, amount - (before[name] ?? 0)] as const)
    .filter(([, amount]) => amount > 0);
  if (more.length === 0) return { kind: "part", part: emptyPart };
  const message = overQuota(view, { namespace, beside: [], asked: Object.fromEntries(more) });
  if (message !== undefined) return { kind: "refused", message };
  return { kind: "part", part: passTurnstile(view, quotaKey(namespace)) };
}
