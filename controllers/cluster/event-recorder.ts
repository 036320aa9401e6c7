import type { Event } from "../../resources/event.ts";
import { eventKey } from "../../resources/keys.ts";
import { type Clock, timestamp } from "../../runtime/clock.ts";
import type { Store, Write } from "../../store/store.ts";
import type { Transition } from "./transitions.ts";

export interface EventSubject {
  readonly uid: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Gives a lease for records that expire; see store/event-leases.ts. */
export interface LeaseSource {
  leaseId(): Promise<string>;
  forget(id: string): Promise<void>;
}

/**
 * Turns transitions into writes for the transaction that causes them, so an event never tells of something that
 * did not happen. An event is one key per object and reason; a repeated one is counted. It expires after about
 * an hour. A count that cannot be read starts again at 1.
 */
export class EventRecorder {
  readonly #deps: { readonly store: Store; readonly clock: Clock; readonly leases: LeaseSource };
  #lastLease: string | undefined;
  constructor(deps: { readonly store: Store; readonly clock: Clock; readonly leases: LeaseSource }) {
    this.#deps = deps;
  }

  /** The lease of the last events is gone (revoked, or etcd was restored): the next ones get another. */
  async forgetLease(): Promise<void> {
    if (this.#lastLease) await this.#deps.leases.forget(this.#lastLease);
  }

  /** For a subject that nothing was ever told of: no count is looked for, which would cost a request for each. */
  firstWrites(subject: EventSubject, transitions: readonly Transition[]): Promise<Write[]> {
    return this.#all(transitions, async (transition, leaseId) => this.#event(subject, transition, { leaseId }));
  }

  writes(subject: EventSubject, transitions: readonly Transition[]): Promise<Write[]> {
    return this.#all(transitions, async (transition, leaseId) => {
      const old = parse((await this.#deps.store.get(eventKey(subject.uid, transition.reason)))?.value);
      return this.#event(subject, transition, { leaseId, old });
    });
  }

  async #all(
    transitions: readonly Transition[],
    write: (transition: Transition, leaseId: string) => Promise<Write>,
  ): Promise<Write[]> {
    if (transitions.length === 0) return [];
    const leaseId = await this.#deps.leases.leaseId();
    this.#lastLease = leaseId;
    const byReason = new Map(transitions.map((transition) => [transition.reason, transition]));
    return Promise.all([...byReason.values()].map((transition) => write(transition, leaseId)));
  }

  #event(
    subject: EventSubject,
    { type, reason, message }: Transition,
    { leaseId, old }: { readonly leaseId: string; readonly old?: Counted | undefined },
  ): Write {
    const now = timestamp(this.#deps.clock);
    const event: Event = {
      ...subject,
      type,
      reason,
      message: message.slice(0, 1024),
      count: (old?.count ?? 0) + 1,
      firstTimestamp: old?.firstTimestamp ?? now,
      lastTimestamp: now,
    };
    return { op: "put", key: eventKey(subject.uid, reason), value: JSON.stringify(event), leaseId };
  }
}

type Counted = Pick<Event, "count" | "firstTimestamp">;

function parse(text: string | undefined): Counted | undefined {
  if (text === undefined) return undefined;
  try {
    const { count, firstTimestamp } = JSON.parse(text) as Partial<Event>;
    return typeof count === "number" && typeof firstTimestamp === "string" ? { count, firstTimestamp } : undefined;
  } catch {
    return undefined;
  }
}
