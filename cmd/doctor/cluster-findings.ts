import { REASON_UNREADABLE } from "../../controllers/cluster/unreadable-assignment.ts";
import { findCondition } from "../../resources/conditions.ts";
import { HYPERVISOR_CONDITION, Hypervisor, type HypervisorStatus } from "../../resources/hypervisor.ts";
import { Instance } from "../../resources/instance.ts";
import { INSTANCE_CONDITION, type InstanceStatus, REASON } from "../../resources/instance-status.ts";
import { objectTail, specKey } from "../../resources/keys.ts";
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
  KvmUnusable:
    "set spec.virtType of it to qemu or auto, or mend KVM (`vmctl doctor` there helps) and restart its node controller",
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
    return [await leaderFinding(store), ...hypervisorFindings(statuses), ...unreadableFindings(instances)];
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

/**
 * Instances of which a record cannot be read, so that controllers leave it alone: the spec (then nothing has a uid), the
 * status or the assignment. Nothing to say when there is none.
 */
export function unreadableFindings(instances: readonly JoinedObject[]): readonly Finding[] {
  return instances.flatMap(({ metadata: { namespace = "", name, uid }, status }) => {
    const { conditions } = (status as InstanceStatus | undefined) ?? {};
    const accepted = findCondition(conditions, INSTANCE_CONDITION.accepted);
    const ready = findCondition(conditions, INSTANCE_CONDITION.ready);
    const what = `${namespace}/${name}`;
    if (uid === undefined)
      return mendKey(what, `${specKey(objectTail(Instance, namespace, name))}: ${accepted?.message}`);
    return ready && UNREADABLE.includes(ready.reason) ? mendKey(what, ready.message) : [];
  });
}

const UNREADABLE: readonly string[] = [REASON.quarantined, REASON_UNREADABLE];

const mendKey = (what: string, seen: string): Finding => bad(what, seen, "etcdctl get, then put or del, that key");

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
