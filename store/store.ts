/**
 * The store: JSON texts under string keys, with etcd's revisions. Keys are relative to the configured root
 * (`/vmctl/`), written without a leading slash: `spec/ns/default/instances/web-1`.
 *
 * Revisions are etcd's: one counter for the whole store. `modRevision` is the only optimistic lock there is.
 * Every call takes a deadline of its own from the implementation and fails with a StoreError:
 * - `Unavailable`: not reached or timed out, and nothing was written for certain (reads, connect errors);
 * - `UnknownOutcome`: a write may or may not have happened: read back before deciding anything;
 * - `Compacted`: the revision asked for is gone: list again;
 * - `Denied`: the user lacks the right (key and verb in the message);
 * - `Full`: the store is over its quota (message holds the commands that help);
 * - `TooLarge`: request over the limits (96 operations a list, 512 KiB);
 * - `LeaseGone`: the lease a put names has ended; nothing was written: grant a new one;
 * - `Invalid`: the request itself is wrong (a key twice, a revision that does not exist yet): a bug, not weather;
 * - `Aborted`: the caller's signal, or the store was closed (of a write in flight the outcome is unknown).
 */
export interface Store {
  /** `undefined` when absent. Linearizable. */
  get(key: string, options?: ReadOptions): Promise<Entry | undefined>;
  /** Everything whose key starts with one of the prefixes (in key order per prefix), all pages read at ONE revision. */
  list(prefixes: readonly string[], options?: ListOptions): Promise<Listing>;
  /**
   * All writes or none. A lost compare is a value, not an exception: `stale` carries what stands under
   * every compared key, read in the same round trip; of a prefix, what was written last of it.
   */
  commit(transaction: Transaction, options?: CallOptions): Promise<Outcome>;
  /**
   * Changes under the prefixes with modRevision >= `from`, in revision order, those of one revision together.
   * Reconnects by itself (also through re-authentication) from the last delivered revision + 1: nothing lost,
   * nothing twice. Ends with an error only for `Compacted` (also when the server's history was replaced by an
   * older one), `Denied`, or the signal (`Aborted`).
   * Batches without changes tell that nothing happened up to `revision`; they come when the server sees fit.
   * Several prefixes are watched as the one range that covers them: it needs the right to read that range. With
   * less, watch each prefix by itself (then nothing is promised about the order between them).
   */
  watch(prefixes: readonly string[], options: WatchOptions): AsyncIterable<Batch>;
  /** Grants a lease; keys put with it go when it ends. See Lease. */
  grantLease(ttlSeconds: number, options?: LeaseOptions): Promise<Lease>;
  /** Resolves when every stream, timer and socket of ours is closed. Idempotent. */
  close(): Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}
export interface ReadOptions extends CallOptions {
  /** Read as of this revision (`Compacted` if gone). */
  readonly revision?: number;
}
export interface ListOptions extends ReadOptions {
  /** Told of entries as they come, all of them before the list resolves: what takes time can begin meanwhile. */
  readonly onPage?: (entries: readonly Entry[]) => void;
}
export interface LeaseOptions extends CallOptions {
  /** When the first keep-alive is due, as a share of the time between two (default 1): leases granted together part. */
  readonly phase?: number;
  /** Told of each keep-alive that was acknowledged: milliseconds since it was due. */
  readonly onKeepAlive?: (delayMs: number) => void;
}
export interface WatchOptions extends CallOptions {
  readonly from: number;
  /** Called with true when the stream stands, with false when it was cut (changes may be late until true again). */
  readonly onConnection?: (connected: boolean) => void;
}

export interface Entry {
  readonly key: string;
  /** JSON text as stored. Decoding is the caller's: everything read is hostile (S8). */
  readonly value: string;
  readonly createRevision: number;
  readonly modRevision: number;
}
export interface Listing {
  readonly entries: readonly Entry[];
  /** The revision everything was read at: watch from here + 1. */
  readonly revision: number;
}

export type Change =
  | { readonly type: "put"; readonly entry: Entry }
  | { readonly type: "delete"; readonly key: string; readonly modRevision: number };
export interface Batch {
  readonly revision: number;
  readonly changes: readonly Change[];
}

export type Compare =
  | { readonly key: string; readonly absent: true }
  | { readonly key: string; readonly modRevision: number }
  | { readonly key: string; readonly createRevision: number }
  /** `key` is a prefix: what stands under it was written at this revision or before. What went since is not noticed. */
  | { readonly key: string; readonly noneAfter: number };
export type Write =
  | { readonly op: "put"; readonly key: string; readonly value: string; readonly leaseId?: string }
  | { readonly op: "delete"; readonly key: string };
export interface Transaction {
  readonly compares: readonly Compare[];
  /** No key twice. */
  readonly writes: readonly Write[];
}
export type Outcome =
  | { readonly kind: "committed"; readonly revision: number }
  | { readonly kind: "stale"; readonly revision: number; readonly current: ReadonlyMap<string, Entry | undefined> };

/**
 * A lease kept alive by us. `deadline()` is when our right ends on OUR boot-time clock (Clock.boottime()): send time of the last
 * acknowledged keep-alive + TTL - margin; it only moves forward by acknowledgements. Whoever acts by right of
 * the lease asks `held()` before each act. `lost` aborts when the deadline passed or the server says the lease
 * is gone; never un-aborts: grant a new one.
 */
export interface Lease {
  readonly id: string;
  readonly ttlSeconds: number;
  deadline(): number;
  held(): boolean;
  readonly lost: AbortSignal;
  /** Stops keeping alive and revokes (best effort): keys go at once. */
  revoke(): Promise<void>;
  /** Stops keeping alive without revoking: keys go when the TTL runs out. */
  abandon(): void;
}

export type StoreErrorCode =
  | "Unavailable"
  | "UnknownOutcome"
  | "Compacted"
  | "Denied"
  | "Full"
  | "TooLarge"
  | "LeaseGone"
  | "Invalid"
  | "Aborted";
