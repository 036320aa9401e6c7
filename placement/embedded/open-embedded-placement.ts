import { PREFIX } from "../../resources/keys.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Log } from "../../runtime/log.ts";
import { startInformer } from "../../store/informer.ts";
import type { Store } from "../../store/store.ts";
import { watchMalformed } from "../../store/watch-malformed.ts";
import { EmbeddedPlacement } from "./embedded-placement.ts";
import { decodePlacementRecord } from "./records.ts";

export interface EmbeddedOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Written into allocations, as Placement's consumer type. */
  readonly consumerType?: string;
}

/** Resolves once the picture of `placement/` is complete. The store stays the caller's to close. */
export async function openEmbeddedPlacement(options: EmbeddedOptions): Promise<EmbeddedPlacement> {
  const { store, clock, log, consumerType = "INSTANCE" } = options;
  const prefixes = [PREFIX.placement];
  const informer = startInformer({ store, prefixes, decode: decodePlacementRecord, clock, log, freeze: false });
  await informer.ready;
  // It ends with the informer.
  watchMalformed(informer, log);
  return new EmbeddedPlacement({ store, informer, consumerType });
}
