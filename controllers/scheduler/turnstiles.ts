import { isRequired } from "../../resources/affinity.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import { groupKey, quotaKey } from "../../resources/keys.ts";
import type { LabelSelector } from "../../resources/label-selector.ts";
import { joinParts, type TransactionPart } from "../../store/transaction-part.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { isCounted } from "../cluster/quota.ts";
import { passIfThere, passTurnstile } from "../cluster/turnstile.ts";
import type { Unbound } from "./unbound.ts";

/** Of selectors that ask for no label's value: everybody of the namespace is concerned. */
const EVERYBODY = "*";

/**
 * What holds a decision to the other instances that it was made by (decision 0150): the namespace's quota and number of
 * objects, and required affinity of its own or of others. Whoever it may concern goes through the same turnstile.
 */
export function bindTurnstiles(view: ClusterView, { facts, spec, wish }: Unbound): TransactionPart {
  const { namespace } = facts;
  const own = ownGroups(wish);
  const labels = Object.entries(spec.value.metadata.labels ?? {}).map(([key, value]) => labelGroup(key, value));
  const others = [EVERYBODY, ...labels].filter((group) => !own.has(group));
  return joinParts(
    admissionTurnstile(view, namespace),
    ...[...own].map((group) => passTurnstile(view, groupKey(namespace, group))),
    ...others.map((group) => passIfThere(view, groupKey(namespace, group))),
  );
}

/** Of one object more, whether it is bound at once or not. */
export const admissionTurnstile = (view: ClusterView, namespace: string): TransactionPart =>
  isCounted(view, namespace) ? passTurnstile(view, quotaKey(namespace)) : { compares: [], writes: [] };

function ownGroups({ affinity = [], antiAffinity = [] }: InstanceSpec): ReadonlySet<string> {
  return new Set([...affinity, ...antiAffinity].filter(isRequired).map(({ labelSelector }) => groupOf(labelSelector)));
}

/** Every instance that a selector selects carries this label: one of those that it asks for will do. */
function groupOf({ matchLabels = {} }: LabelSelector): string {
  const [first] = Object.entries(matchLabels).sort(([a], [b]) => (a < b ? -1 : 1));
  return first ? labelGroup(...first) : EVERYBODY;
}

const labelGroup = (key: string, value: string): string => `${key}=${value}`;
