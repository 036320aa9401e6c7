import type { Placement } from "../../../placement/placement.ts";
import { PlacementError } from "../../../placement/placement-error.ts";
import type { Store } from "../../../store/store.ts";
import { emptyPart, joinParts, type TransactionPart } from "../../../store/transaction-part.ts";

/**
 * The embedded engine behaving as an outside Placement does: it has acted before it answers, and knows nothing of our
 * transactions. What it does to controllers is what a real one does (intent, sweeper), without a server.
 */
export function actingPlacement(inner: Placement, store: Store): Placement {
  const act = async (pending: Promise<TransactionPart>): Promise<TransactionPart> => {
    const part = await pending;
    if (part.writes.length === 0) return emptyPart;
    const outcome = await store.commit(joinParts(part));
    if (outcome.kind === "stale") throw new PlacementError("Conflict", "somebody was faster");
    await inner.caughtUp(outcome.revision);
    return emptyPart;
  };
  const acting: Placement = {
    needsIntent: true,
    ensureProvider: (provider, signal) => inner.ensureProvider(provider, signal),
    removeProvider: (uuid, signal) => inner.removeProvider(uuid, signal),
    recount: (provider, signal) => inner.recount(provider, signal),
    ownProviders: (signal) => inner.ownProviders(signal),
    provider: (uuid, signal) => inner.provider(uuid, signal),
    consumersOf: (provider, signal) => inner.consumersOf(provider, signal),
    assuming: () => acting,
    caughtUp: async () => {},
    onChange: (listener) => inner.onChange(listener),
    close: () => inner.close(),
    explain: (request, signal) => inner.explain(request, signal),
    candidates: (request, signal) => inner.candidates(request, signal),
    allocation: (consumer, signal) => inner.allocation(consumer, signal),
    claim: (consumer, candidate, signal) => act(inner.claim(consumer, candidate, signal)),
    resize: (consumer, candidate, signal) => act(inner.resize(consumer, candidate, signal)),
    release: (consumer, signal) => act(inner.release(consumer, signal)),
    releaseSeen: (seen, signal) => act(inner.releaseSeen(seen, signal)),
  };
  return acting;
}
