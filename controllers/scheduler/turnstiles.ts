import { isRequired } from "../../resources/affinity.ts";
import type { InstanceSpec } from "../../resources/instance.ts";
import { groupKey, quotaKey } from "../../resources/keys.ts";
import type { LabelSelector } from "../../resources/label-selector.ts";
import { joinParts, type TransactionPart } from "../../store/transaction-part.ts";
import type { ClusterView } from "../cluster/cluster-view.ts";
import { isCounted } from "../cluster/quota.ts";
import { EVERYBODY, labelGroup, MAX_GROUPS, passIfThere, passTurnstile } from "../cluster/turnstile.ts";
import type { Beside } from "./beside.ts";
import { hostPlacesPart } from "./host-places.ts";
import { type Unbound, wishOf } from "./unbound.ts";

/**
 * What holds a decision to the other instances that it was made by (decision 0150): the namespace's quota and number of
 * objects, and required affinity of its own or of others. Whoever it may concern goes through the same turnstile.
 */
export function bindTurnstiles(view: ClusterView, { facts, spec, wish }: Unbound, beside: Beside): TransactionPart {
  const { namespace } = facts;
  const own = ownGroups(wish);
  const others = [EVERYBODY, ...labelGroups(spec)].filter((group) => !own.has(group));
  return joinParts(
    admissionTurnstile(view, namespace),
    ...[...own].map((group) => passTurnstile(view, groupKey(namespace, group))),
    ...others.map((group) => passIfThere(view, groupKey(namespace, group))),
    hostPlacesPart(view, wishOf({ facts, spec, wish }), beside.boundIn(namespace)),
  );
}

/**
 * The turnstiles of its own terms that are not set up yet. They have to stand before it is decided by them: who was bound
 * while there was none went through none.
 */
export function missingTurnstiles(view: ClusterView, { facts, wish }: Unbound): TransactionPart {
  const keys = [...ownGroups(wish)].map((group) => groupKey(facts.namespace, group));
  return joinParts(...keys.filter((key) => view.revisionOf(key) === 0).map((key) => passTurnstile(view, key)));
}

/** Why a bind of it would be too large for one transaction; undefined: it is not. */
export function tooManyGroups({ spec, wish }: Unbound): string | undefined {
  const { size } = new Set([...ownGroups(wish), ...labelGroups(spec)]);
  if (size <= MAX_GROUPS) return undefined;
  return `its labels and its required affinity concern ${size} labels, and at most ${MAX_GROUPS} can be decided by`;
}

/** Of one object more, whether it is bound at once or not. */
export const admissionTurnstile = (view: ClusterView, namespace: string): TransactionPart =>
  isCounted(view, namespace) ? passTurnstile(view, quotaKey(namespace)) : { compares: [], writes: [] };

const labelGroups = ({ value }: Unbound["spec"]): readonly string[] =>
  Object.entries(value.metadata.labels ?? {}).map(([key, text]) => labelGroup(key, text));

function ownGroups({ affinity = [], antiAffinity = [] }: InstanceSpec): ReadonlySet<string> {
  return new Set([...affinity, ...antiAffinity].filter(isRequired).map(({ labelSelector }) => groupOf(labelSelector)));
}

/** Every instance that a selector selects carries this label: one of those that it asks for will do. */
function groupOf({ matchLabels = {} }: LabelSelector): string {
  const [first] = Object.entries(matchLabels).sort(([a], [b]) => (a < b ? -1 : 1));
  return first ? labelGroup(...first) : EVERYBODY;
}
