import type { Clock } from "../runtime/clock.ts";
import type { Store } from "./store.ts";

export interface EventLeasesOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** How long a record lives at most (default 75 min). */
  readonly ttlSeconds?: number;
  /** A lease takes new keys for so long (default 15 min): a record lives at least TTL minus this. */
  readonly rotateMs?: number;
  /** A put on a lease with many keys is slow in etcd: 10 ms at 10,000, 1.3 ms at 100 (default 500). */
  readonly maxKeys?: number;
}

interface OpenLease {
  readonly id: string;
  readonly grantedAt: number;
  /** When its age was looked at last, on the monotonic clock. */
  lookedAt: number;
  keys: number;
}

/** Boot time is a read of a file, and an event a moment after another needs no other lease than that one. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Leases for records that shall go by themselves. A lease is never kept alive, so its records go when it runs out
 * whatever becomes of us. One lease serves many records for a while, then a new one takes over.
 */
export class EventLeases {
  readonly #options: EventLeasesOptions;
  readonly #rotateMs: number;
  readonly #maxKeys: number;
  #open: Promise<OpenLease> | undefined;

  constructor(options: EventLeasesOptions) {
    this.#options = options;
    this.#rotateMs = options.rotateMs ?? 15 * 60_000;
    this.#maxKeys = options.maxKeys ?? 500;
  }

  /**
   * The lease for one more key; each call counts as one. The put may still fail as LeaseGone (somebody revoked it,
   * etcd was restored): then `forget` it and ask again.
   */
  async leaseId(): Promise<string> {
    while (true) {
      this.#open ??= this.#grant();
      const current = this.#open;
      const lease = await current.catch((error: unknown) => {
        this.#discard(current);
        throw error;
      });
      if (lease.keys < this.#maxKeys && this.#isYoung(lease)) {
        lease.keys++;
        return lease.id;
      }
      this.#discard(current);
    }
  }

  /** Not to be used again; no harm if it was replaced already. */
  async forget(id: string): Promise<void> {
    const current = this.#open;
    if (current && (await current.catch(() => undefined))?.id === id) this.#discard(current);
  }

  #isYoung(lease: OpenLease): boolean {
    const { clock } = this.#options;
    const now = clock.monotonic();
    if (now - lease.lookedAt < LOOK_AGAIN_MS) return true;
    if (clock.boottime() - lease.grantedAt >= this.#rotateMs) return false;
    lease.lookedAt = now;
    return true;
  }

  #discard(lease: Promise<OpenLease>): void {
    if (this.#open === lease) this.#open = undefined;
  }

  async #grant(): Promise<OpenLease> {
    const { store, clock, ttlSeconds = 75 * 60 } = this.#options;
    const grantedAt = clock.boottime();
    const lease = await store.grantLease(ttlSeconds);
    lease.abandon();
    return { id: lease.id, grantedAt, lookedAt: clock.monotonic(), keys: 0 };
  }
}
