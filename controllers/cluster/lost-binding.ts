import type { AssignedInstance } from "../../resources/assignment.ts";
import { assignedInstanceKey, observedInstanceKey, parseTail } from "../../resources/keys.ts";
import type { ClusterView, Seen } from "./cluster-view.ts";
import type { Traces } from "./host-traces.ts";

/** What is left of a binding that its status does not know (any more). */
export type LostBinding =
  /** One host alone was given the instance, in so many words. */
  | { readonly kind: "found"; readonly assigned: Seen<AssignedInstance> }
  /** It was bound, and where is for an administrator to say; `message` says how. */
  | { readonly kind: "unclear"; readonly message: string };

interface Evidence extends Traces {
  readonly view: ClusterView;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * For an instance without a binding: what hosts still know of its uid. Undefined: nobody ever had it. First match
 * wins; every case but the last one is a contradiction that a second binding could turn into a second guest (I1).
 */
export function findLostBinding(view: ClusterView, tail: string, uid: string): LostBinding | undefined {
  const traces = view.traces.of(uid);
  if (traces.assigned.length + traces.observed.length === 0) return undefined;
  const { namespace = "", name = "" } = parseTail(tail) ?? {};
  const evidence: Evidence = { ...traces, view, uid, namespace, name };
  const [host = ""] = traces.assigned;
  const assigned = view.assigned(host, uid);
  const contradiction =
    countWrong(evidence) ?? unreadable(evidence, host) ?? (assigned && disagrees(evidence, assigned));
  if (contradiction !== undefined) return { kind: "unclear", message: `its status is lost, ${contradiction}` };
  return assigned && { kind: "found", assigned };
}

const BACKUP = "restore its status key from a backup";

function countWrong({ assigned, observed, uid, namespace, name }: Evidence): string | undefined {
  if (assigned.length > 1)
    return `and ${assigned.join(" and ")} each have it assigned: see which of them runs it (virsh domstate ${namespace}.${name}) and remove the others' keys (${assignedInstanceKey("HOST", uid)}), or ${BACKUP}`;
  if (assigned.length === 1) return undefined;
  const keys = observed.map((host) => observedInstanceKey(host, uid)).join(", ");
  return `and so is its assignment, but ${observed.join(" and ")} reported it: ${BACKUP}; or remove what is left of its guest there, then ${keys}`;
}

function unreadable({ view, uid }: Evidence, host: string): string | undefined {
  const key = assignedInstanceKey(host, uid);
  const problem = view.problemOf(key);
  return problem === undefined ? undefined : `and ${key} cannot be read (${problem}): put that right, or ${BACKUP}`;
}

function disagrees(evidence: Evidence, { key, value }: Seen<AssignedInstance>): string | undefined {
  const { namespace, name } = evidence;
  if (value.namespace !== namespace || value.name !== name)
    return `and ${key} is about ${value.namespace}/${value.name}: ${BACKUP}`;
  if (value.desired === "MovedAway") return `and ${value.hypervisor} was told that it moved away: ${BACKUP}`;
  const ahead = hostsAhead(evidence, value.epoch);
  return ahead.length > 0
    ? `and ${ahead.join(" and ")} saw a newer epoch than ${value.hypervisor} has: etcd lost history; ${BACKUP}`
    : undefined;
}

const hostsAhead = ({ view, uid, observed }: Evidence, epoch: number): string[] =>
  observed.filter((host) => (view.observed(host, uid)?.value.epoch ?? 0) > epoch);
