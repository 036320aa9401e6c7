import type { TransactionPart } from "../store/transaction-part.ts";
import type { CandidatesQuery } from "./candidates-query.ts";
import type { Refusal } from "./refusal.ts";

/**
 * Placement as controllers use it; OpenStack Placement's words and semantics. Implementations: `embedded/`
 * (state under `placement/` in our own store) and `openstack/` (HTTP, pinned microversion). One conformance
 * suite.
 *
 * Effects come in two forms, and callers treat both alike: a method that changes allocations returns a
 * TransactionPart. `embedded` puts its whole effect into the part, so that claim, binding and assignment are one
 * transaction; `openstack` has acted before it returns and gives an empty part. Hence `needsIntent`: the caller
 * must have recorded where it is going to claim BEFORE calling claim (architecture 4.5).
 *
 * Failures are PlacementErrors: `Unreachable` (retry), `InvalidRequest` (terminal until the spec changes),
 * `Conflict` (somebody was faster: look again), `NoCapacity` (this candidate does not fit any more: take the next),
 * `InUse` (provider has allocations or a class in use), `Unauthorized`, `Incompatible` (server too old). An aborted signal rejects with its reason.
 */
export interface Placement extends PlacementView {
  readonly needsIntent: boolean;
  /**
   * Creates the provider or adopts the one of this uuid; brings inventory, traits, aggregates to what is given.
   * Nothing is written when nothing differs. Reads made after it resolved see it. `InUse` when a class in use would
   * go: then the inventories stay and the rest is done all the same (a cordon does not wait). `Conflict` when its name
   * or uuid is somebody else's, who keeps it.
   */
  ensureProvider(provider: ProviderState, signal?: AbortSignal): Promise<void>;
  /**
   * `InUse` while anything is allocated from it. Absent, or there and not ours: success, nothing is touched.
   */
  removeProvider(uuid: string, signal?: AbortSignal): Promise<void>;
  /**
   * Makes a provider's usage the sum of what is held of it again, where somebody damaged the books (embedded; the books
   * of others are theirs).
   */
  recount(provider: string, signal?: AbortSignal): Promise<void>;
  /** What carries this cluster's mark (embedded: all there is), in no order. */
  ownProviders(signal?: AbortSignal): Promise<readonly ProviderName[]>;
  /** `undefined` when there is none of this uuid. */
  provider(uuid: string, signal?: AbortSignal): Promise<ProviderView | undefined>;
  /** Consumers of our type on a provider of ours: what the sweeper goes through. Unknown provider: none. */
  consumersOf(provider: string, signal?: AbortSignal): Promise<readonly string[]>;

  /**
   * The same placement as it will be once `pending` is committed. Claims that go into ONE transaction are made
   * through it, each on top of the join of the parts before it; then their puts of a shared usage key merge.
   * `openstack`, which has already acted, returns itself.
   */
  assuming(pending: TransactionPart): PlacementView;
  /**
   * Waits until reads see a store revision (embedded; resolves at once otherwise): one that wrote under `placement/`,
   * as each committed claim does. After a lost commit that is the newest modRevision among what it found, NOT the
   * revision of the outcome, which may belong to a key nobody here watches.
   */
  caughtUp(revision: number, signal?: AbortSignal): Promise<void>;
  /** Tells that capacity may have appeared; never called for a mere claim. Returns a function that unsubscribes. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

/** What depends on who holds what. */
export interface PlacementView {
  /**
   * Where a request could go. An empty list with `reasons` when nowhere: why each provider was refused, counted
   * (as far as the implementation can tell). The order means nothing. `InvalidRequest`: out of form, names that are not
   * known, or more combinations than can be searched.
   */
  candidates(request: CandidatesRequest, signal?: AbortSignal): Promise<Candidates>;
  /**
   * `candidates` for people: also why each other host of ours cannot serve the request, with numbers as far as they are
   * cheap to have. `limit` and `start` mean nothing. With `inTree` only that tree is looked at.
   */
  explain(request: ExplainRequest, signal?: AbortSignal): Promise<Explained>;
  /**
   * Claims for a consumer that has no allocation yet, or exactly this one (a repetition, which moves the consumer's
   * generation all the same). Another: `Conflict`.
   */
  claim(consumer: Consumer, candidate: Candidate, signal?: AbortSignal): Promise<TransactionPart>;
  /**
   * Replaces what a consumer holds on the providers named in `candidate`; what it holds elsewhere stays. Nothing
   * held at all: `Conflict`.
   */
  resize(consumer: Consumer, candidate: Candidate, signal?: AbortSignal): Promise<TransactionPart>;
  /**
   * Gives back whatever the consumer holds. Nothing held: a part without writes (embedded compares the absence, so
   * that a picture which lags behind cannot leak an allocation).
   */
  release(consumer: string, signal?: AbortSignal): Promise<TransactionPart>;
  /**
   * Gives back what `allocation` answered and nothing else: `Conflict` when the consumer was claimed for or changed
   * since, be it by a repetition. For whoever cannot know who else is at it.
   */
  releaseSeen(seen: Allocation, signal?: AbortSignal): Promise<TransactionPart>;
  /** What a consumer holds, `undefined` for nothing. */
  allocation(consumer: string, signal?: AbortSignal): Promise<Allocation | undefined>;
}

/** Amounts by class, as in Placement: VCPU, MEMORY_MB, DISK_GB, CUSTOM_*. */
export type Resources = Readonly<Record<string, number>>;
/** Resources by provider uuid. */
export type Allocations = Readonly<Record<string, Resources>>;

export interface Inventory {
  readonly total: number;
  readonly reserved: number;
  readonly minUnit: number;
  readonly maxUnit: number;
  readonly stepSize: number;
  readonly allocationRatio: number;
}

export interface ProviderName {
  readonly uuid: string;
  readonly name: string;
}

export interface ProviderState extends ProviderName {
  readonly inventories: Readonly<Record<string, Inventory>>;
  readonly traits: readonly string[];
  /** Uuids. */
  readonly aggregates: readonly string[];
}

export interface ProviderView extends ProviderState {
  readonly generation: number;
  readonly used: Resources;
}

/** What is asked for: one group of resources, or a whole query. */
export type CandidatesRequest = FlatRequest | QueryRequest;

export interface FlatRequest extends SearchStart {
  readonly resources: Resources;
  readonly required: readonly string[];
  readonly forbidden: readonly string[];
  /** Only providers of this tree (a pin). */
  readonly inTree?: string;
  readonly limit?: number;
}

export interface QueryRequest extends SearchStart {
  readonly query: CandidatesQuery;
}

export interface ExplainRequest {
  readonly query: CandidatesQuery;
  /** Uuid of a consumer: as if it held nothing. */
  readonly without?: string | undefined;
}

export interface Explained extends Candidates {
  /** What stands in the way of each host (uuid of its root) that is no candidate, the most telling first. */
  readonly refused: ReadonlyMap<string, readonly Refusal[]>;
}

export interface SearchStart {
  /**
   * An integer: where in the ring of hosts the search begins, so that with a limit not everybody meets the same hosts
   * (embedded; a real Placement has an order of its own).
   */
  readonly start?: number;
}

/** One way to satisfy the request. `provider` is the root provider: the hypervisor. */
export interface Candidate {
  readonly provider: string;
  readonly allocations: Allocations;
  /** Which providers serve which group, by suffix. What was not found by a query has none. */
  readonly mappings?: Readonly<Record<string, readonly string[]>>;
}

/** What there is to score a provider by. `capacity` is whole units of (total - reserved) × ratio. */
export interface ProviderSummary {
  readonly uuid: string;
  readonly capacity: Resources;
  readonly used: Resources;
  readonly traits: readonly string[];
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Of each provider of the trees that candidates take from, the roots included. */
  readonly providers: Readonly<Record<string, ProviderSummary>>;
  /** Embedded: computed when it is read, at the cost of a look at every host. */
  readonly reasons: readonly CountedReason[];
}
export interface CountedReason {
  /** Such as `insufficient MEMORY_MB`, `trait CUSTOM_GPU missing`, `cordoned`. */
  readonly reason: string;
  /** Providers refused for it; one provider may be refused for two classes at once. */
  readonly count: number;
}

export interface Consumer {
  readonly uuid: string;
  readonly project: string;
  readonly user: string;
}
export interface Allocation {
  readonly consumer: string;
  readonly generation: number;
  readonly allocations: Allocations;
}

/** Set on the provider of a cordoned or silent hypervisor, forbidden by every query of ours. */
export const TRAIT_DISABLED = "COMPUTE_STATUS_DISABLED";
