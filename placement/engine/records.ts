import type { Inventory, Resources } from "../placement.ts";

// What is kept of Placement's state, one record per key of the store. Whoever reads them from a store validates them
// first; the engine survives a parent or root that is not there, nothing worse.

export interface ProviderRecord {
  readonly uuid: string;
  readonly name: string;
  /** Counts writes of inventories, traits and aggregates; see generationOf. */
  readonly generation: number;
  readonly parent: string | null;
  /** Its own uuid without a parent. */
  readonly root: string;
  readonly inventories: Readonly<Record<string, Inventory>>;
  readonly traits: readonly string[];
  /** Uuids. */
  readonly aggregates: readonly string[];
}

/** The sums of all allocations from one provider. */
export interface UsageRecord {
  readonly used: Resources;
  /** Counts writes of allocations that name the provider. */
  readonly generation: number;
}

/** A consumer and all that it holds. */
export interface AllocationRecord {
  readonly consumer: string;
  readonly generation: number;
  readonly type: string;
  readonly project: string;
  readonly user: string;
  readonly allocations: Readonly<Record<string, { readonly resources: Resources }>>;
}

/** One record as it is from now on; `undefined`: gone. `class` and `trait` are custom names that somebody made. */
export type RecordChange =
  | { readonly kind: "provider"; readonly uuid: string; readonly record: ProviderRecord | undefined }
  | { readonly kind: "usage"; readonly provider: string; readonly record: UsageRecord | undefined }
  | { readonly kind: "allocation"; readonly consumer: string; readonly record: AllocationRecord | undefined }
  | { readonly kind: "class" | "trait"; readonly name: string; readonly present: boolean };

export const NO_USAGE: UsageRecord = { used: {}, generation: 0 };
