import { randomUUID } from "node:crypto";
import type { Inventory } from "../../placement/placement.ts";
import { isPlacementError } from "../../placement/placement-error.ts";
import type { AssignedHost } from "../../resources/assignment.ts";
import { Hypervisor, type HypervisorStatus } from "../../resources/hypervisor.ts";
import { assignedHostKey, observedHostKey, specKey } from "../../resources/keys.ts";
import { API_VERSION, type StoredObject } from "../../resources/meta.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { timestamp } from "../../runtime/clock.ts";
import { done, type Result, requeueAfter } from "../../runtime/result.ts";
import type { TransactionPart } from "../../store/transaction-part.ts";
import { admissionPart, admit, removalOf } from "../cluster/admit.ts";
import { commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { type HypervisorFacts, hypervisorSpec, readHypervisor } from "../cluster/hypervisor-facts.ts";
import { hypervisorTail, instancesOn } from "../cluster/hypervisor-usage.ts";
import { lastStepWaits, withCondition } from "../cluster/last-step.ts";
import { specProblem } from "../cluster/spec-problem.ts";
import { transitions } from "../cluster/transitions.ts";
import { UnreadableStatus } from "../cluster/unreadable-status.ts";
import { inventories } from "./inventory.ts";
import { providerTraits } from "./provider-traits.ts";
import { hypervisorStatusOf } from "./status.ts";

const PLACEMENT_RETRY_MS = 5_000;

/** Registers hosts that report, keeps their provider in Placement and their status true, and lets go of empty ones. */
export class HypervisorController {
  readonly #deps: ControllerDeps;
  readonly #unreadable: UnreadableStatus;
  constructor(deps: ControllerDeps) {
    this.#deps = deps;
    this.#unreadable = new UnreadableStatus(deps);
  }

  async reconcile(name: string): Promise<Result> {
    if (await this.#unreadable.stops(hypervisorTail(name))) return done();
    const facts = readHypervisor(this.#deps.view, name);
    if (facts.identity.kind === "gone" && !facts.spec && facts.observed && facts.alive) {
      await this.#register(name);
      return done();
    }
    const invalid = facts.spec && specProblem(Hypervisor, facts.spec.value.spec);
    const record = admit<HypervisorStatus>(facts, { invalid, now: timestamp(this.#deps.clock) });
    if (record && (!record.deletion || !this.#removable(facts))) return this.#keep(facts, record);
    return this.#leave(facts, record);
  }

  /** `record` undefined: nobody admitted it. */
  async #leave(facts: HypervisorFacts, record: StatusRecord<HypervisorStatus> | undefined): Promise<Result> {
    const waits = lastStepWaits(this.#deps.view, facts, record);
    if (record && !waits) return this.#remove(facts, record);
    if (record)
      return this.#keep(facts, { ...record, status: withCondition(record.status, waits, timestamp(this.#deps.clock)) });
    if ((facts.spec || facts.status) && !waits && !this.#isUsed(facts)) await commit(this.#deps, removalOf(facts));
    return done();
  }

  /** A node reported under a name that no manifest declared. */
  async #register(name: string): Promise<void> {
    const object: StoredObject = {
      apiVersion: API_VERSION,
      kind: Hypervisor.kind,
      metadata: { name, uid: randomUUID(), generation: 1, creationTimestamp: timestamp(this.#deps.clock) },
      spec: {},
    };
    const key = specKey(`cluster/hypervisors/${name}`);
    await commit(this.#deps, {
      compares: [{ key, absent: true }],
      writes: [{ op: "put", key, value: JSON.stringify(object) }],
    });
  }

  /** `blocked`: Placement does not let go of its provider. */
  async #keep(facts: HypervisorFacts, record: StatusRecord<HypervisorStatus>, blocked?: string): Promise<Result> {
    const inForce = withRecord(facts, record);
    const found = facts.observed ? inventories(hypervisorSpec(inForce), facts.observed.value) : {};
    const placementProblem =
      blocked ?? (record.uid && facts.observed ? await this.#sync(inForce, record.uid, found) : undefined);
    const status = record.uid ? this.#statusOf(facts, record, found, placementProblem) : record.status;
    await this.#write(facts, { ...record, status });
    return placementProblem === undefined ? done() : requeueAfter(PLACEMENT_RETRY_MS, placementProblem);
  }

  #statusOf(
    facts: HypervisorFacts,
    record: StatusRecord<HypervisorStatus>,
    found: Record<string, Inventory>,
    placementProblem: string | undefined,
  ): HypervisorStatus {
    const { status, deletion } = record;
    const inForce = withRecord(facts, record);
    return hypervisorStatusOf({
      facts: inForce,
      status,
      deleted: deletion !== undefined,
      waitsFor: deletion ? instancesOn(this.#deps.view, facts.name) : [],
      assignments: this.#deps.view.assignmentsOf(facts.name).map((seen) => seen.value),
      inventories: found,
      traits: providerTraits(inForce),
      placementProblem,
      reportProblem: this.#deps.view.problemOf(observedHostKey(facts.name)),
      now: timestamp(this.#deps.clock),
    });
  }

  /** Undefined: Placement has it. Placement being away is a condition, not a failure of the pass. */
  async #sync(facts: HypervisorFacts, uid: string, found: Record<string, Inventory>): Promise<string | undefined> {
    const spec = hypervisorSpec(facts);
    try {
      await this.#deps.placement.ensureProvider({
        uuid: uid,
        name: facts.name,
        inventories: found,
        traits: providerTraits(facts),
        aggregates: [...(spec.aggregates ?? [])].sort(),
      });
      return undefined;
    } catch (error) {
      if (isPlacementError(error)) return error.message;
      throw error;
    }
  }

  async #write(facts: HypervisorFacts, record: StatusRecord<HypervisorStatus>): Promise<void> {
    const part = admissionPart(facts, record);
    const host = hostPart(facts, record);
    if (!part && host.writes.length === 0) return;
    const spoken = transitions(facts.status?.value.status.conditions ?? [], record.status.conditions ?? []);
    const events = record.uid
      ? await this.#deps.events.writes({ uid: record.uid, kind: Hypervisor.kind, name: facts.name }, spoken)
      : [];
    await commit(this.#deps, part ?? { compares: [], writes: [] }, host, { compares: [], writes: events });
  }

  /** Only an empty host goes, and only when no node controller reports under its name any more. */
  #removable(facts: HypervisorFacts): boolean {
    return !facts.alive && !this.#isUsed(facts);
  }

  #isUsed({ name }: HypervisorFacts): boolean {
    return instancesOn(this.#deps.view, name).length > 0;
  }

  async #remove(facts: HypervisorFacts, record: StatusRecord<HypervisorStatus>): Promise<Result> {
    try {
      if (record.uid) await this.#deps.placement.removeProvider(record.uid);
    } catch (error) {
      if (isPlacementError(error)) return this.#keep(facts, record, `the provider cannot go yet: ${error.message}`);
      throw error;
    }
    const leftovers: TransactionPart = {
      compares: facts.observed ? [{ key: facts.observed.key, modRevision: facts.observed.modRevision }] : [],
      writes: [
        ...(facts.observed ? [{ op: "delete", key: observedHostKey(facts.name) } as const] : []),
        ...(facts.assignedHost ? [{ op: "delete", key: assignedHostKey(facts.name) } as const] : []),
      ],
    };
    await commit(this.#deps, removalOf(facts), leftovers);
    return done();
  }
}

/** As they will be once the record is written. */
const withRecord = (facts: HypervisorFacts, record: StatusRecord<HypervisorStatus>): HypervisorFacts => ({
  ...facts,
  status: facts.status && { ...facts.status, value: record },
});

/** `assigned/<host>/host`, when it is not yet what it should be. */
function hostPart(facts: HypervisorFacts, record: StatusRecord<HypervisorStatus>): TransactionPart {
  if (!record.uid || !record.accepted) return { compares: [], writes: [] };
  const spec = record.accepted.spec as { virtType?: AssignedHost["virtType"] };
  const wanted: AssignedHost = {
    uid: record.uid,
    generation: record.accepted.generation,
    virtType: spec.virtType ?? "auto",
  };
  if (JSON.stringify(wanted) === JSON.stringify(facts.assignedHost?.value)) return { compares: [], writes: [] };
  return { compares: [], writes: [{ op: "put", key: assignedHostKey(facts.name), value: JSON.stringify(wanted) }] };
}
