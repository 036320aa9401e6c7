import type { OwnerReference } from "../../resources/meta.ts";
import type { Cached, Informer } from "../../store/informer-contract.ts";
import type { ClusterRecord } from "./cluster-record.ts";

/**
 * Which objects name a uid as their owner, by their spec or by what was accepted of it (S4). It follows the picture:
 * made before any other listener, so that it stands where the picture stands. Whether a reference counts is the
 * reader's to judge.
 */
export class DependentIndex {
  readonly #keysByUid = new Map<string, Set<string>>();
  readonly #uidsByKey = new Map<string, readonly string[]>();
  readonly #handlers = new Set<(owner: string) => void>();

  constructor(informer: Informer<ClusterRecord>) {
    for (const cached of informer.entries()) this.#update(cached.key, cached);
    informer.onChange((key) => this.#changed(key, informer.get(key)));
  }

  /** Tails of the objects, in order. */
  tailsOf(owner: string): string[] {
    const tails = [...(this.#keysByUid.get(owner) ?? [])].map((key) => key.slice(key.indexOf("/") + 1));
    return [...new Set(tails)].sort();
  }

  /** Told the uid of an owner whenever something changed that named it before or names it now. */
  onTouched(handler: (owner: string) => void): () => void {
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  #changed(key: string, cached: Cached<ClusterRecord> | undefined): void {
    const before = this.#uidsByKey.get(key) ?? [];
    this.#update(key, cached);
    const touched = new Set([...before, ...(this.#uidsByKey.get(key) ?? [])]);
    for (const owner of touched) for (const handler of this.#handlers) handler(owner);
  }

  #update(key: string, cached: Cached<ClusterRecord> | undefined): void {
    for (const uid of this.#uidsByKey.get(key) ?? []) {
      const keys = this.#keysByUid.get(uid);
      keys?.delete(key);
      if (keys?.size === 0) this.#keysByUid.delete(uid);
    }
    const uids = cached ? ownersNamedBy(cached.value) : [];
    if (uids.length === 0) return void this.#uidsByKey.delete(key);
    this.#uidsByKey.set(key, uids);
    for (const uid of uids) this.#keysByUid.set(uid, (this.#keysByUid.get(uid) ?? new Set()).add(key));
  }
}

function ownersNamedBy(record: ClusterRecord): string[] {
  const references = referencesIn(record) ?? [];
  return [...new Set(references.map(({ uid }) => uid))];
}

function referencesIn(record: ClusterRecord): readonly OwnerReference[] | undefined {
  if (record.type === "spec") return record.value.metadata.ownerReferences;
  return record.type === "status" ? record.value.accepted?.ownerReferences : undefined;
}
