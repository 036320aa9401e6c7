import { findCondition } from "../../resources/conditions.ts";
import { HYPERVISOR_CONDITION, Hypervisor, type HypervisorStatus } from "../../resources/hypervisor.ts";
import { Instance } from "../../resources/instance.ts";
import { INSTANCE_CONDITION, type InstanceStatus, REASON } from "../../resources/instance-status.ts";
import { systemClock } from "../../runtime/clock.ts";
import { messageOf } from "../../runtime/errors.ts";
import { Election } from "../../store/election.ts";
import type { JoinedObject } from "../../store/objects/joined-object.ts";
import { createObjectClient } from "../../store/objects/object-client.ts";
import type { Store } from "../../store/store.ts";
import { bad, type Finding, note, ok, skipped } from "./finding.ts";

const REMEDIES: Readonly<Record<string, string>> = {
  Shutdown: "start its node controller again: `vmctl up`, or systemctl start vmctl-node",
  HostSilent: "look at that host: is it on, does `vmctl node` run, does it reach etcd?",
  NotReporting: "start `vmctl node` there under this name, or delete the Hypervisor",
};

/** Who leads, and what each hypervisor says of itself. */
export async function clusterFindings(store: Store, signal: AbortSignal): Promise<readonly Finding[]> {
  try {
    const objects = createObjectClient(store, systemClock);
    const hypervisors = await objects.list(Hypervisor, undefined, { signal });
    const instances = await objects.list(Instance, undefined, { signal });
    const statuses = hypervisors.map(({ metadata, status }) => ({
      name: metadata.name,
      status: (status ?? {}) as HypervisorStatus,
    }));
    return [await leaderFinding(store), ...hypervisorFindings(statuses), ...quarantineFindings(instances)];
  } catch (error) {
    signal.throwIfAborted();
    return [bad("cluster", messageOf(error), "`vmctl auth check` says what this user may")];
  }
}

async function leaderFinding(store: Store): Promise<Finding> {
  try {
    const leader = await new Election({ store, clock: systemClock, name: "controller", holder: "doctor" }).leader();
    if (leader !== undefined) return ok("controller", `${leader} leads`);
  } catch {
    return skipped("controller", "this user may not see who leads");
  }
  return bad("controller", "none leads: nothing is scheduled", "`vmctl up`, or systemctl start vmctl-controller");
}

/** Instances whose status controllers leave alone because they cannot read it; nothing to say when there is none. */
export function quarantineFindings(instances: readonly JoinedObject[]): readonly Finding[] {
  return instances.flatMap(({ metadata, status }) => {
    const ready = findCondition((status as InstanceStatus | undefined)?.conditions, INSTANCE_CONDITION.ready);
    if (ready?.reason !== REASON.quarantined) return [];
    return bad(`${metadata.namespace}/${metadata.name}`, ready.message, "etcdctl get, then put or del, that key");
  });
}

export interface NamedStatus {
  readonly name: string;
  readonly status: HypervisorStatus;
}

export function hypervisorFindings(hypervisors: readonly NamedStatus[]): readonly Finding[] {
  if (hypervisors.length === 0) {
    return [
      bad("hypervisors", "none is registered: no guest can run", "`vmctl up`, or `vmctl node` on a host of libvirt"),
    ];
  }
  return hypervisors.flatMap(({ name, status: { conditions } }) => {
    const ready = findCondition(conditions, HYPERVISOR_CONDITION.ready);
    const troubles = (conditions ?? []).filter(({ type, status }) => status === "False" && type !== "Ready");
    return [
      readyFinding(name, ready),
      ...troubles.map(({ type, reason, message }) => note(name, `${type}: ${reason}: ${message}`)),
    ];
  });
}

function readyFinding(name: string, ready: { status: string; reason: string; message: string } | undefined): Finding {
  if (ready?.status === "True") return ok(name, ready.reason === "Serving" ? "Ready" : `Ready, ${ready.reason}`);
  const { reason, message } = ready ?? { reason: "NotReporting", message: "nothing is known of it" };
  return bad(name, `not Ready: ${reason}: ${message}`, REMEDIES[reason] ?? `vmctl describe hypervisor ${name}`);
}
