import { isPlacementError } from "../../placement/placement-error.ts";
import { Instance } from "../../resources/instance.ts";
import { REASON } from "../../resources/instance-status.ts";
import { statusKey, uidKey } from "../../resources/keys.ts";
import type { StatusRecord } from "../../resources/status-record.ts";
import { timestamp } from "../../runtime/clock.ts";
import { TransientError } from "../../runtime/errors.ts";
import { type Result, requeueAfter } from "../../runtime/result.ts";
import type { Compare, Write } from "../../store/store.ts";
import { emptyPart, type TransactionPart } from "../../store/transaction-part.ts";
import { hasTrouble, withAllocated } from "../cluster/allocated-condition.ts";
import { bookingOf } from "../cluster/booking.ts";
import { asSeen, commit } from "../cluster/commit.ts";
import type { ControllerDeps } from "../cluster/controller-deps.ts";
import { hypervisorStatus } from "../cluster/hypervisor-usage.ts";
import { type InstanceFacts, readInstance } from "../cluster/instance-facts.ts";
import { transitions } from "../cluster/transitions.ts";
import { planSweep } from "./plan-sweep.ts";

/** Between two looks at the books of one hypervisor. */
const SWEEP_MS = 60_000;

/**
 * Keeps Placement's books and the bindings equal, hypervisor by hypervisor: a bound instance without an allocation
 * is claimed for again, an allocation nobody owns is given back. It never stops or moves an instance.
 */
export class AllocationsController {
  readonly #deps: ControllerDeps;
  constructor(deps: ControllerDeps) {
    this.#deps = deps;
  }

  async reconcile(hypervisor: string): Promise<Result> {
    const provider = hypervisorStatus(this.#deps.view, hypervisor)?.value.uid;
    if (!provider) return requeueAfter(SWEEP_MS, "not admitted");
    try {
      await this.#compare(hypervisor, provider);
    } catch (error) {
      if (isPlacementError(error)) throw new TransientError(error.code, error.message, { cause: error });
      throw error;
    }
    return requeueAfter(SWEEP_MS, "next sweep");
  }

  async #compare(hypervisor: string, provider: string): Promise<void> {
    const { placement, view } = this.#deps;
    // Bindings first: who is bound after this look claimed before it, and is found among the consumers.
    const bound = view.assignmentsOf(hypervisor).map((seen) => seen.value.uid);
    await placement.recount(provider);
    const consumers = new Set(await placement.consumersOf(provider));
    for (const uid of bound) {
      const facts = this.#instanceOf(uid);
      if (facts?.status?.value.binding?.hypervisor === hypervisor)
        await this.#settle(facts, uid, provider, consumers.has(uid));
    }
    for (const uid of consumers) await this.#sweep(hypervisor, uid);
  }

  #instanceOf(uid: string): InstanceFacts | undefined {
    const { view } = this.#deps;
    const tail = view.uid(uid)?.value.tail;
    return tail === undefined ? undefined : readInstance(view, tail);
  }

  /** A bound instance: claimed for if it must be, and its condition true. */
  async #settle(facts: InstanceFacts, uid: string, provider: string, holds: boolean): Promise<void> {
    const record = facts.status?.value;
    if (!record || record.deletion) return;
    if (holds && !hasTrouble(record.status.conditions, REASON.allocationMissing)) return;
    try {
      await this.#write(facts, uid, undefined, holds ? emptyPart : await this.#book(facts, uid, provider));
    } catch (error) {
      if (!isPlacementError(error, "NoCapacity")) throw error;
      const message = `it runs on, but Placement has no room to book it on ${record.binding?.hypervisor}: ${error.message}`;
      await this.#write(facts, uid, message, emptyPart);
    }
  }

  /** What it holds may be on a provider that no sweep goes through any more: its hypervisor was registered anew. */
  async #book(facts: InstanceFacts, uid: string, provider: string): Promise<TransactionPart> {
    const { placement } = this.#deps;
    const held = await placement.allocation(uid);
    const { consumer, candidate } = bookingOf(facts, provider);
    if (!held || Object.hasOwn(held.allocations, provider)) return placement.claim(consumer, candidate);
    await this.#move(facts, uid, facts.status?.value.binding?.hypervisor ?? "");
    return emptyPart;
  }

  /** `trouble` undefined: the allocation is there, with this transaction at the latest. */
  async #write(facts: InstanceFacts, uid: string, trouble: string | undefined, claim: TransactionPart): Promise<void> {
    const record = facts.status?.value;
    if (!record) return;
    const before = record.status.conditions ?? [];
    const now = timestamp(this.#deps.clock);
    const conditions = withAllocated(before, REASON.allocationMissing, trouble, now);
    const next = { ...record, status: { ...record.status, conditions } };
    const changed = JSON.stringify(next) !== JSON.stringify(record);
    if (!changed && claim.writes.length === 0) return;
    const subject = { uid, kind: Instance.kind, namespace: facts.namespace, name: facts.name };
    const events = await this.#deps.events.writes(subject, transitions(before, conditions));
    const own: Write[] = changed ? [{ op: "put", key: statusKey(facts.tail), value: JSON.stringify(next) }] : [];
    await commit(this.#deps, { compares: [statusAsSeen(facts)], writes: [...own, ...events] }, claim);
  }

  async #sweep(hypervisor: string, uid: string): Promise<void> {
    const { view } = this.#deps;
    const facts = this.#instanceOf(uid);
    const unreadable = [uidKey(uid), ...(facts ? [statusKey(facts.tail)] : [])].some((key) => view.problemOf(key));
    const isAssigned = view.traces.of(uid).assigned.length > 0;
    const action = planSweep(hypervisor, { record: facts?.status?.value, unreadable, isAssigned });
    if (action.do === "release")
      return this.#release(uid, facts ? statusAsSeen(facts) : { key: uidKey(uid), absent: true });
    if (!facts) return;
    if (action.do === "handOver") return this.#handOver(facts, hypervisor);
    if (action.do === "move") return this.#move(facts, uid, action.to);
  }

  /**
   * Looked at first, then compared: whoever is to own it writes to our store before it claims, so it is either found
   * by the compare or has moved what was looked at (decision 0082). Compared again with what remains to be written.
   */
  async #release(uid: string, guard: Compare): Promise<void> {
    const { placement, log } = this.#deps;
    const held = await placement.allocation(uid);
    if (!held) return;
    if (placement.needsIntent) await commit(this.#deps, { compares: [guard], writes: [] });
    log.warn({ consumer: uid }, "an allocation nobody owns is given back");
    const release = await placement.releaseSeen(held);
    if (release.writes.length > 0) await commit(this.#deps, { compares: [guard], writes: [] }, release);
  }

  /** Writing an intent takes over whatever was under way: its bind compares the status. */
  async #handOver(facts: InstanceFacts, host: string): Promise<void> {
    const record = facts.status?.value as StatusRecord;
    const since = timestamp(this.#deps.clock);
    const next = { ...record, scheduling: { host, attempt: 1, since } };
    const writes: Write[] = [{ op: "put", key: statusKey(facts.tail), value: JSON.stringify(next) }];
    await commit(this.#deps, { compares: [statusAsSeen(facts)], writes });
  }

  /** In one step where the books are ours; else the instance is without an allocation for a moment. */
  async #move(facts: InstanceFacts, uid: string, to: string): Promise<void> {
    const { placement, view } = this.#deps;
    const provider = hypervisorStatus(view, to)?.value.uid;
    if (!provider) return;
    const guard = { compares: [statusAsSeen(facts)], writes: [] };
    const held = await placement.allocation(uid);
    if (placement.needsIntent) await commit(this.#deps, guard);
    const release = held ? await placement.releaseSeen(held) : emptyPart;
    const { consumer, candidate } = bookingOf(facts, provider);
    const claim = await placement.assuming(release).claim(consumer, candidate);
    if (release.writes.length + claim.writes.length > 0) await commit(this.#deps, guard, release, claim);
  }
}

const statusAsSeen = (facts: InstanceFacts): Compare => asSeen(statusKey(facts.tail), facts.status);
