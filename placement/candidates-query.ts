import type { Allocations, Resources } from "./placement.ts";

/**
 * A query of `GET /allocation_candidates` at microversion 1.39, parsed: what the HTTP API, the scheduler and a verbatim
 * `placement.query` all become, and what the engine answers.
 */
export interface CandidatesQuery {
  /** At least one; at most one has the suffix "". */
  readonly groups: readonly RequestGroup[];
  /** Mandatory with more than one suffixed group. */
  readonly groupPolicy?: "none" | "isolate";
  /** Traits of the root provider. */
  readonly rootRequired?: readonly string[];
  readonly rootForbidden?: readonly string[];
  /** Each a set of suffixes whose providers lie under one of them. */
  readonly sameSubtree?: readonly (readonly string[])[];
  /** At most so many allocation requests; absent: all. */
  readonly limit?: number;
}

export interface RequestGroup {
  /** "" for the unsuffixed group, which may spread over the providers of a tree; others use one provider. */
  readonly suffix: string;
  /** Empty only for a suffixed group that `sameSubtree` names. */
  readonly resources: Resources;
  /** All of these; each is satisfied by any of its traits. */
  readonly required: readonly (readonly string[])[];
  readonly forbidden: readonly string[];
  /** All of these; each is satisfied by any of its aggregates (uuids). */
  readonly memberOf: readonly (readonly string[])[];
  /** In none of these aggregates. */
  readonly notMemberOf: readonly string[];
  /** Uuid of any provider of the tree. */
  readonly inTree?: string;
}

/** One way to satisfy a query. */
export interface AllocationRequest {
  readonly allocations: Allocations;
  /** Which providers satisfy which group, by suffix. */
  readonly mappings: Readonly<Record<string, readonly string[]>>;
}
