import type { Allocations, Placement } from "../../placement/placement.ts";
import { isPlacementError } from "../../placement/placement-error.ts";
import type { Machine } from "../../resources/assignment.ts";
import { isConditionTrue } from "../../resources/conditions.ts";
import type { ResourceRequest } from "../../resources/group-request.ts";
import { INSTANCE_CONDITION, type InstanceStatus, REASON } from "../../resources/instance-status.ts";
import { resourceRequest } from "../../resources/resource-request.ts";
import { specInForce } from "../../resources/spec-in-force.ts";
import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import { hasTrouble } from "../cluster/allocated-condition.ts";
import type { InstanceFacts } from "../cluster/instance-facts.ts";
import type { InstancePlan } from "./plan.ts";

export type WritePlan = Extract<InstancePlan, { kind: "write" }>;

/** What an allocation has to become together with a plan. */
export type Resize =
  | { readonly kind: "part"; readonly part: TransactionPart }
  /** The growth finds no room, or nobody to ask. */
  | { readonly kind: "refused"; readonly message: string };

/**
 * Whether the allocation may have to change with this plan. It is not asked for otherwise: an outside Placement is
 * a request away.
 */
export function concernsAllocation(facts: InstanceFacts, { record, assigned }: WritePlan): boolean {
  const before = facts.status?.value.status;
  if (!record.binding || record.deletion) return false;
  const current = facts.assigned?.value;
  if (current && assigned && sizeOf(current.machine) !== sizeOf(assigned.machine)) return true;
  return hasTrouble(before?.conditions, REASON.noCapacity) || reachedTheGuest(before, record.status);
}

const sizeOf = ({ vcpu, memory, disk }: Machine): string => `${vcpu}/${memory}/${disk}`;

/** A change is in force on the host that was not before: what was kept for the old size may be let go. */
function reachedTheGuest(before: InstanceStatus | undefined, after: InstanceStatus): boolean {
  if (before?.observedRevision === undefined) return false;
  return before.observedRevision !== after.observedRevision || (isPending(before) && !isPending(after));
}

const isPending = ({ conditions = [] }: InstanceStatus): boolean =>
  isConditionTrue(conditions, INSTANCE_CONDITION.restartRequired) ||
  isConditionTrue(conditions, INSTANCE_CONDITION.recreateRequired);

/**
 * Growth is claimed with the assignment that asks for it. What shrinks is held until the host has carried it out:
 * until then the guest has the old size.
 */
export async function resize(
  placement: Placement,
  facts: InstanceFacts,
  plan: WritePlan,
  provider: string,
): Promise<Resize> {
  const { uid = "", accepted } = plan.record;
  try {
    const allocations = (await placement.allocation(uid))?.allocations;
    if (!allocations || !accepted) return { kind: "part", part: emptyPart };
    const held = allocations[provider] ?? {};
    const request = beyond(resourceRequest(specInForce(accepted)), provider, allocations);
    const wanted = isCarriedOut(facts, plan) ? request : atLeast(held, request);
    if (sameAmounts(held, wanted)) return { kind: "part", part: emptyPart };
    const consumer = { uuid: uid, project: facts.namespace, user: facts.namespace };
    const part = await placement.resize(consumer, { provider, allocations: { [provider]: wanted } });
    return { kind: "part", part };
  } catch (error) {
    if (!isPlacementError(error)) throw error;
    const host = plan.record.binding?.hypervisor;
    const message = `${host} cannot give more than it has now; tried again when there is room: ${error.message}`;
    return { kind: "refused", message };
  }
}

/** What is left for the host's own provider: groups took their part from others, and keep it. */
function beyond(request: ResourceRequest, provider: string, allocations: Allocations): ResourceRequest {
  const rest: Record<string, number> = { ...request };
  for (const [uuid, resources] of Object.entries(allocations))
    if (uuid !== provider)
      for (const [name, amount] of Object.entries(resources)) rest[name] = Math.max(0, (rest[name] ?? 0) - amount);
  return Object.fromEntries(Object.entries(rest).filter(([, amount]) => amount > 0));
}

function isCarriedOut({ assigned, observed }: InstanceFacts, { record, assigned: next }: WritePlan): boolean {
  return (
    next === undefined && observed?.value.specRevision === assigned?.value.specRevision && !isPending(record.status)
  );
}

function atLeast(held: ResourceRequest, asked: ResourceRequest): ResourceRequest {
  const most: Record<string, number> = { ...held };
  for (const [name, amount] of Object.entries(asked)) most[name] = Math.max(most[name] ?? 0, amount);
  return most;
}

const sameAmounts = (a: ResourceRequest, b: ResourceRequest): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => (a[name] ?? 0) === (b[name] ?? 0));
