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

  async writes(subject: EventSubject, transitions: readonly Transition[]): Promise<Write[]> {
    if (transitions.length === 0) return [];
    const leaseId = await this.#deps.leases.leaseId();
    this.#lastLease = leaseId;
    const byReason = new Map(transitions.map((transition) => [transition.reason, transition]));
    return Promise.all([...byReason.values()].map((transition) => this.#write(subject, transition, leaseId)));
  }

  async #write(subject: EventSubject, { type, reason, message }: Transition, leaseId: string): Promise<Write> {
    const key = eventKey(subject.uid, reason);
    const old = parse((await this.#deps.store.get(key))?.value);
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
    return { op: "put", key, value: JSON.stringify(event), leaseId };
  }
}

function parse(text: string | undefined): Pick<Event, "count" | "firstTimestamp"> | undefined {
  if (text === undefined) return undefined;
  try {
    const { count, firstTimestamp } = JSON.parse(text) as Partial<Event>;
    return typeof count === "number" && typeof firstTimestamp === "string" ? { count, firstTimestamp } : undefined;
  } catch {
    return undefined;
  }
}
