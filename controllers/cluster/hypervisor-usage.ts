import type { AssignedInstance } from "../../resources/assignment.ts";
import { type Amounts, Hypervisor, type HypervisorStatus } from "../../resources/hypervisor.ts";
import { objectTail, parseTail, statusKey } from "../../resources/keys.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import type { ClusterView, Seen } from "./cluster-view.ts";
import type { InstanceFacts } from "./instance-facts.ts";

export const hypervisorTail = (name: string): string => objectTail(Hypervisor, undefined, name);

export const hypervisorStatus = (view: ClusterView, name: string) =>
  view.status(hypervisorTail(name)) as Seen<StatusRecord<HypervisorStatus>> | undefined;

/** What a list of assignments holds: the sums shown as `allocated`. */
export function sumOf(assignments: readonly AssignedInstance[]): { allocated: Amounts; instances: number } {
  const allocated = { vcpu: 0, memory: 0, disk: 0 };
  for (const { machine } of assignments) {
    allocated.vcpu += machine.vcpu;
    allocated.memory += machine.memory;
    allocated.disk += machine.disk;
  }
  return { allocated, instances: assignments.length };
}

/**
 * `<namespace>/<name>` of all that is assigned or bound to a hypervisor, in order: an assignment that was lost or cannot
 * be read leaves the binding (S7, S8).
 */
export function instancesOn(view: ClusterView, host: string): string[] {
  const names = view.assignmentsOf(host).map(({ value }) => `${value.namespace}/${value.name}`);
  for (const { key, value } of view.all("status", "status/ns/")) {
    if (value.binding?.hypervisor !== host) continue;
    const { namespace, name } = parseTail(key.slice("status/".length)) ?? {};
    names.push(`${namespace}/${name}`);
  }
  return [...new Set(names)].sort();
}

/**
 * The hypervisor's shown sums after one assignment more (or, undefined, less), as part of the transaction that
 * changes them: the sums cost no revision of their own. The compare also catches a cordon or a lost host.
 */
export function usagePart(view: ClusterView, host: string, assignments: readonly AssignedInstance[]): TransactionPart {
  const seen = hypervisorStatus(view, host);
  if (!seen) return emptyPart;
  const key = statusKey(hypervisorTail(host));
  const record = { ...seen.value, status: { ...seen.value.status, ...sumOf(assignments) } };
  return {
    compares: [{ key, modRevision: seen.modRevision }],
    writes: [{ op: "put", key, value: JSON.stringify(record) }],
  };
}

/** usagePart with one assignment as it will be; nothing when it stays as it is. */
export function usageWith(view: ClusterView, host: string, changed: AssignedInstance | undefined): TransactionPart {
  if (!changed) return emptyPart;
  const others = view.assignmentsOf(host).filter((seen) => seen.value.uid !== changed.uid);
  return usagePart(view, host, [...others.map((seen) => seen.value), changed]);
}

/** usagePart without the instance that goes. */
export function releaseFromHypervisor(view: ClusterView, facts: InstanceFacts): TransactionPart {
  const host = facts.status?.value.binding?.hypervisor;
  if (!host) return emptyPart;
  const left = view.assignmentsOf(host).filter((seen) => seen.value.uid !== facts.status?.value.uid);
  return usagePart(
    view,
    host,
    left.map((seen) => seen.value),
  );
}
