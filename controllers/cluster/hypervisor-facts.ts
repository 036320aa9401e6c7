import type { AssignedHost } from "../../resources/assignment.ts";
import { Hypervisor, type HypervisorSpec, type HypervisorStatus } from "../../resources/hypervisor.ts";
import { parseTail, specKey } from "../../resources/keys.ts";
import type { StoredObject } from "../../resources/meta.ts";
import type { HostFact, ObservedHost } from "../../resources/observed.ts";
import type { StatusRecord, UidRecord } from "../../resources/status-record.ts";
import { recordedUid } from "./admitted-uid.ts";
import type { ClusterView, Seen } from "./cluster-view.ts";
import { hypervisorTail } from "./hypervisor-usage.ts";
import { type Identity, identify } from "./identity.ts";
import { kvmMissing } from "./kvm-missing.ts";
import { specProblem } from "./spec-problem.ts";

/** All that is known about one hypervisor, of one revision. */
export interface HypervisorFacts {
  readonly name: string;
  readonly tail: string;
  readonly identity: Identity;
  readonly spec: Seen<StoredObject<HypervisorSpec>> | undefined;
  readonly status: Seen<StatusRecord<HypervisorStatus>> | undefined;
  readonly owner: Seen<UidRecord> | undefined;
  readonly assignedHost: Seen<AssignedHost> | undefined;
  readonly observed: Seen<ObservedHost> | undefined;
  /** What is wrong with its manifest as it is stored: it may hold a cordon or a taint that nobody can read. */
  readonly unreadable: string | undefined;
  /** Its heartbeat is there and moves. */
  readonly alive: boolean;
}

export const readHypervisor = (view: ClusterView, name: string): HypervisorFacts =>
  view.hypervisors.get(name, () => readKeys(view, name));

/** The hypervisor of this cluster that a provider stands for: the provider's uuid is its uid. */
export const hypervisorOfProvider = (view: ClusterView, provider: string): HypervisorFacts | undefined =>
  view.hypervisors.ofProvider(provider, (name) => readHypervisor(view, name));

function readKeys(view: ClusterView, name: string): HypervisorFacts {
  const tail = hypervisorTail(name);
  const spec = view.spec(tail) as Seen<StoredObject<HypervisorSpec>> | undefined;
  const status = view.status(tail) as Seen<StatusRecord<HypervisorStatus>> | undefined;
  return {
    name,
    tail,
    identity: identify({ tail, spec, status, uidOwner: view.ownerOfUid(spec) }),
    spec,
    status,
    owner: recordedUid(view, spec, status),
    assignedHost: view.assignedHost(name),
    observed: view.observedHost(name),
    unreadable: view.problemOf(specKey(tail)) ?? (spec && specProblem(Hypervisor, spec.value.spec)),
    get alive() {
      return view.isAlive(name);
    },
  };
}

/** Hypervisors that were admitted, in name order. */
export function admittedHypervisors(view: ClusterView): HypervisorFacts[] {
  return [...view.all("status", "status/cluster/hypervisors/")]
    .filter((seen) => seen.value.uid !== undefined)
    .map((seen) => readHypervisor(view, parseTail(seen.key.slice("status/".length))?.name ?? ""));
}

/** What is in force of its spec. */
export const hypervisorSpec = (facts: HypervisorFacts): HypervisorSpec =>
  (facts.status?.value.accepted?.spec ?? facts.spec?.value.spec ?? {}) as HypervisorSpec;

/** First match wins; the reasons are condition reasons and words of the Scheduled=False message. */
const UNAVAILABLE: readonly (readonly [string, (facts: HypervisorFacts) => boolean])[] = [
  ["Terminating", isDeleted],
  ["Cordoned", isCordoned],
  ["ManifestUnreadable", ({ unreadable }) => unreadable !== undefined],
  ["NotReporting", ({ observed }) => observed === undefined],
  ["Shutdown", ({ observed }) => observed?.value.serving === false],
  ["HostSilent", ({ alive }) => !alive],
  ["ObserveOnly", ({ observed }) => observed?.value.observeOnly === true],
];

/**
 * Facts of a host without which nothing can start there. KvmUsable is none unless the manifest wants KVM and nothing else:
 * TCG works; our own network is asked for by who uses it.
 */
const REQUIRED = ["LibvirtReachable", "StoragePoolReady"] as const;

/** Why no new instance may go there now; undefined: it may. */
export function unavailable(facts: HypervisorFacts): string | undefined {
  return notServing(facts) ?? brokenPart(facts)?.reason;
}

/** The same, whatever of the host itself is broken. */
export function notServing(facts: HypervisorFacts): string | undefined {
  let known = judged.get(facts);
  if (!known) {
    known = { alive: whyNot({ ...facts, alive: true }), silent: whyNot({ ...facts, alive: false }) };
    judged.set(facts, known);
  }
  return facts.alive ? known.alive : known.silent;
}

/** All but being alive is of records that do not change: judged once, however many decisions look at the host. */
const judged = new WeakMap<HypervisorFacts, Readonly<Record<"alive" | "silent", string | undefined>>>();

const whyNot = (facts: HypervisorFacts): string | undefined => UNAVAILABLE.find(([, applies]) => applies(facts))?.[0];

function isDeleted({ spec, status }: HypervisorFacts): boolean {
  return status?.value.deletion !== undefined || spec?.value.metadata.deletionTimestamp !== undefined;
}

/** A cordon counts from the moment it is written, admitted or not. */
export function isCordoned(facts: HypervisorFacts): boolean {
  const written: Partial<HypervisorSpec> | null | undefined = facts.spec?.value.spec;
  return hypervisorSpec(facts).unschedulable === true || written?.unschedulable === true;
}

/** The first part of the host that does not work and without which nothing can start there. */
export function brokenPart(host: HypervisorFacts): HostFact | undefined {
  const observed = host.observed?.value;
  const broken = observed && REQUIRED.map((name) => observed.facts[name]).find(({ ok }) => !ok);
  return broken ?? kvmMissing(hypervisorSpec(host), observed);
}
