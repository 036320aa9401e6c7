import type { Allocation, Placement, ProviderName } from "../../../placement/placement.ts";

/** A provider of ours, and the consumers of our type on it. */
export interface Books {
  readonly provider: ProviderName;
  readonly consumers: readonly string[];
}

export interface OrphanedAllocation {
  readonly what: "allocation";
  readonly provider: ProviderName;
  /** As it was seen: this is what is given back, and nothing else. */
  readonly held: Allocation;
}
export interface OrphanedProvider {
  readonly what: "provider";
  readonly provider: ProviderName;
  /** Consumers on it that have an owner: it stays while there are any. */
  readonly owned: readonly string[];
}
export type Orphan = OrphanedAllocation | OrphanedProvider;

/** All that carries this cluster's mark. */
export async function readBooks(placement: Placement, signal: AbortSignal): Promise<readonly Books[]> {
  const books: Books[] = [];
  for (const provider of await placement.ownProviders(signal))
    books.push({ provider, consumers: await placement.consumersOf(provider.uuid, signal) });
  return books;
}

/**
 * What of the books is named nowhere in etcd. `mentioned` must have been read after the books: owners are recorded
 * before they book. Allocations first, so that their provider is empty when its turn comes; one on several providers
 * is there once.
 */
export async function findOrphans(
  { books, mentioned }: { readonly books: readonly Books[]; readonly mentioned: ReadonlySet<string> },
  placement: Placement,
  signal: AbortSignal,
): Promise<readonly Orphan[]> {
  const allocations = new Map<string, OrphanedAllocation>();
  for (const { provider, consumers } of books) {
    for (const uid of consumers.filter((one) => !mentioned.has(one) && !allocations.has(one))) {
      const held = await placement.allocation(uid, signal);
      if (held) allocations.set(uid, { what: "allocation", provider, held });
    }
  }
  const providers = books
    .filter(({ provider }) => !mentioned.has(provider.uuid))
    .map(({ provider, consumers }) => {
      const owned = consumers.filter((uid) => mentioned.has(uid));
      return { what: "provider", provider, owned } as const;
    });
  return [...allocations.values(), ...providers];
}
