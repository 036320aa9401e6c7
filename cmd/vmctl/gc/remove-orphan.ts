import type { Placement } from "../../../placement/placement.ts";
import { isPlacementError } from "../../../placement/placement-error.ts";
import { uidKey } from "../../../resources/keys.ts";
import type { Store } from "../../../store/store.ts";
import { joinParts, type TransactionPart } from "../../../store/transaction-part.ts";
import type { Orphan } from "./find-orphans.ts";

export type Removal = { readonly removed: true } | { readonly removed: false; readonly because: string };

/**
 * Removes what was found, unless somebody came to own it since. Whoever is to own an allocation records its uid in etcd
 * before claiming (decision 0082): so the compare finds it, or the claim has moved what `releaseSeen` compares.
 */
export async function removeOrphan(
  { store, placement }: { readonly store: Store; readonly placement: Placement },
  orphan: Orphan,
  signal: AbortSignal,
): Promise<Removal> {
  const uid = orphan.what === "allocation" ? orphan.held.consumer : orphan.provider.uuid;
  const nobodys: TransactionPart = { compares: [{ key: uidKey(uid), absent: true }], writes: [] };
  const commit = (...parts: TransactionPart[]) => store.commit(joinParts(nobodys, ...parts), { signal });
  if ((await commit()).kind !== "committed") return OWNED;
  try {
    if (orphan.what === "provider") {
      await placement.removeProvider(uid, signal);
      return { removed: true };
    }
    const release = await placement.releaseSeen(orphan.held, signal);
    if (release.writes.length === 0) return { removed: true };
    const outcome = await commit(release);
    if (outcome.kind !== "committed") return OWNED;
    // The provider it was on may be next, and is not removed while something is seen on it.
    await placement.caughtUp(outcome.revision, signal);
    return { removed: true };
  } catch (error) {
    if (!isPlacementError(error, "Conflict") && !isPlacementError(error, "InUse")) throw error;
    return { removed: false, because: error.message };
  }
}

const OWNED: Removal = { removed: false, because: "it has changed, or has an owner, by now" };
