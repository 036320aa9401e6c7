import type { ProviderRecord, UsageRecord } from "./records.ts";

/** A provider as the engine holds it: one object for as long as the provider lives, so that sets of them stay valid. */
export interface ProviderNode {
  /** Small, in order of creation, never given twice. */
  readonly id: number;
  readonly record: ProviderRecord;
  /** The zero record when nothing was ever allocated. */
  readonly usage: UsageRecord;
}

/** What clients see as a provider's generation: a claim writes its usage record, not the provider's own. */
export const generationOf = ({ record, usage }: ProviderNode): number => record.generation + usage.generation;
