import type { AssignedInstance } from "../../resources/assignment.ts";
import { Instance, type InstanceSpec } from "../../resources/instance.ts";
import type { InstanceStatus } from "../../resources/instance-status.ts";
import { observedInstanceKey, parseTail, specKey } from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import type { ObservedInstance } from "../../resources/observed.ts";
import type { Binding, StatusRecord, UidRecord } from "../../resources/status-record.ts";
import { type Barred, barred } from "./barred.ts";
import type { ClusterView, Seen } from "./cluster-view.ts";
import { isProtectedObject } from "./deletion-protection.ts";
import { type Identity, identify } from "./identity.ts";
import { isSimulated } from "./is-simulated.ts";
import { findLostBinding, type LostBinding } from "./lost-binding.ts";
import { flavorAsTold, type ResolvedFlavor, resolveFlavor } from "./resolve-flavor.ts";
import { specProblem } from "./spec-problem.ts";

/**
 * Alive; stopped on purpose, so that guests run on; or silent, which says nothing about the guests. A simulated one's end
 * with it, in one way or the other.
 */
export type HostPresence = "alive" | "stopped" | "silent" | "simulatedStopped" | "simulatedSilent";

/** All that is known about one instance, of one revision. */
export interface InstanceFacts extends HostSide {
  readonly tail: string;
  readonly namespace: string;
  readonly name: string;
  readonly identity: Identity;
  readonly spec: Seen<StoredObject<InstanceSpec>> | undefined;
  /** Why the stored spec cannot be read; `spec` is undefined then. */
  readonly specProblem: string | undefined;
  readonly status: Seen<StatusRecord<InstanceStatus>> | undefined;
  /** Why it may not be admitted now; never of what is or was admitted. */
  readonly bar?: Barred | undefined;
  /** Of the uid that is or would be admitted. */
  readonly owner: Seen<UidRecord> | undefined;
  /** The Flavor that the spec names, as far as the spec can be read. */
  readonly flavor: ResolvedFlavor;
  /** Not bound, but hosts know it; what is known from its host is then that of the binding to be rebuilt. */
  readonly lost: LostBinding | undefined;
}

/** What is known of a bound instance from its host. */
export interface HostSide {
  readonly assigned: Seen<AssignedInstance> | undefined;
  /** Only when the binding says this uid, this host, this epoch (S6). */
  readonly observed: Seen<ObservedInstance> | undefined;
  /** The observed key whatever it says, for its removal. */
  readonly observedAny: Seen<ObservedInstance> | undefined;
  /** Why the host's word cannot be read (S8). */
  readonly observedProblem: string | undefined;
  readonly host: HostPresence;
}

const UNBOUND: HostSide = {
  assigned: undefined,
  observed: undefined,
  observedAny: undefined,
  observedProblem: undefined,
  host: "silent",
};

export function readInstance(view: ClusterView, tail: string): InstanceFacts {
  const { namespace = "", name = "" } = parseTail(tail) ?? {};
  const spec = view.spec(tail) as Seen<StoredObject<InstanceSpec>> | undefined;
  const status = view.status(tail) as Seen<StatusRecord<InstanceStatus>> | undefined;
  const uidOwner = view.ownerOfUid(spec);
  const identity = identify({ tail, spec, status, uidOwner });
  const claimed = IN_ORDER.has(identity.kind) ? spec?.value.metadata.uid : undefined;
  const place = readPlace(view, tail, status?.value.uid ?? claimed, status?.value.binding);
  // A recorded uid was admitted before, whatever became of its status; so was what hosts know.
  const isKnown = uidOwner === tail || place.lost !== undefined;
  return {
    tail,
    namespace,
    name,
    identity,
    spec,
    specProblem: view.problemOf(specKey(tail)),
    status,
    flavor: flavorOf(view, { spec, status, ...place }),
    bar: isKnown ? undefined : barOf(view, tail, { spec, status }),
    ...place,
  };
}

const NO_FLAVOR: ResolvedFlavor = { ok: true, flavor: undefined };

function flavorOf(
  view: ClusterView,
  { spec, status, lost, assigned }: Pick<InstanceFacts, "spec" | "status" | "lost" | "assigned">,
): ResolvedFlavor {
  if (!spec || specProblem(Instance, spec.value.spec) !== undefined) return NO_FLAVOR;
  const isLost = lost !== undefined || status?.value.accepted === undefined;
  if (isLost && assigned) return flavorAsTold(view, spec.value.spec, assigned.value);
  return resolveFlavor(view, spec.value.spec, status?.value);
}

const barOf = (view: ClusterView, tail: string, { spec, status }: Pick<InstanceFacts, "spec" | "status">) =>
  spec && status?.value.uid === undefined ? barred(view, tail) : undefined;

function readPlace(
  view: ClusterView,
  tail: string,
  uid: string | undefined,
  binding: Binding | undefined,
): HostSide & Pick<InstanceFacts, "owner" | "lost"> {
  if (!uid) return { ...UNBOUND, owner: undefined, lost: undefined };
  const lost = binding ? undefined : findLostBinding(view, tail, uid);
  const place = lost?.kind === "found" ? lost.assigned.value : binding;
  return { owner: view.uid(uid), lost, ...(place ? readHostSide(view, uid, place) : UNBOUND) };
}

type Place = Pick<Binding, "hypervisor" | "epoch">;

function readHostSide(view: ClusterView, uid: string, { hypervisor, epoch }: Place): HostSide {
  const observedAny = view.observed(hypervisor, uid);
  return {
    assigned: view.assigned(hypervisor, uid),
    observed: observedAny?.value.epoch === epoch ? observedAny : undefined,
    observedAny,
    observedProblem: view.problemOf(observedInstanceKey(hypervisor, uid)),
    host: presenceOf(view, hypervisor),
  };
}

/** A host that said it stops keeps saying so until it is back: then silence is no riddle. */
function presenceOf(view: ClusterView, host: string): HostPresence {
  if (view.isAlive(host)) return "alive";
  const observed = view.observedHost(host)?.value;
  if (isSimulated(observed)) return observed?.serving === false ? "simulatedStopped" : "simulatedSilent";
  return observed?.serving === false ? "stopped" : "silent";
}

const IN_ORDER: ReadonlySet<Identity["kind"]> = new Set(["new", "admitted", "recovered"]);

/** Whether the spec key counts (S1, S2); its content may still be invalid. */
export const isBelieved = ({ identity }: InstanceFacts): boolean => IN_ORDER.has(identity.kind);

/**
 * True for what the scheduler acts on: in order, not in deletion, not bound, neither now nor before. Everything else
 * is the instance controller's, so no two controllers ever write one object in the same state (but for its word about a
 * deletion that is not heard).
 */
export function isUnbound(facts: InstanceFacts): boolean {
  if (!facts.spec || facts.specProblem !== undefined || facts.bar || facts.lost || !isBelieved(facts)) return false;
  const record = facts.status?.value;
  if (record?.deletion || record?.binding) return false;
  return facts.spec.value.metadata.deletionTimestamp === undefined || isProtectedObject(facts);
}
