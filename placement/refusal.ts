import type { Inventory } from "./placement.ts";

/** Why a tree cannot serve a query: one thing that is in the way. */
export interface Refusal {
  /** Short, without numbers, so that hosts can be counted by it: `insufficient MEMORY_MB`, `cordoned`. */
  readonly reason: string;
  /** For an administrator: `memory: 4096 MiB asked, 1024 free of 8192 × 1.0, 512 reserved`. */
  readonly text: string;
  /** Of an amount that does not fit. */
  readonly shortage?: Shortage;
  /** Of a trait or an aggregate: which, and what is wrong about it. Of a missing one any would do. */
  readonly about?: {
    readonly kind: "traitMissing" | "traitForbidden" | "aggregateMissing" | "aggregateForbidden";
    readonly names: readonly string[];
  };
  /** Suffix of the granular group that it is about. */
  readonly group?: string;
}

export interface Shortage extends Inventory {
  readonly resourceClass: string;
  readonly asked: number;
  /** Whole units that are left for anybody; 0 also when the provider is over its capacity. */
  readonly free: number;
  /** Whole units that would have to be given back; 0: it is not the room that is missing. */
  readonly short: number;
  /** Uuid of the provider that comes nearest. */
  readonly provider: string;
}

export const REASON = {
  cordoned: "cordoned",
  unreadableUsage: "usage record unreadable",
  elsewhere: "not in the tree asked for",
  together: "groups do not fit together",
} as const;
