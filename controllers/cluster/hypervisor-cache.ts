import type { Informer } from "../../store/informer-contract.ts";
import type { ClusterRecord } from "./cluster-record.ts";
import type { HypervisorFacts } from "./hypervisor-facts.ts";

/** Of a key that says something about one hypervisor, its name. */
const HOST_KEY = /^(?:(?:spec|status)\/cluster\/hypervisors\/|assigned\/|observed\/)([^/]+)(?:\/host)?$/;

type KeptFacts = Omit<HypervisorFacts, "alive">;

/**
 * What is known of each hypervisor, read again only when one of its keys changed: a decision looks at dozens of hosts,
 * and a host changes seldom. Follows the informer, which must be ready.
 */
export class HypervisorCache {
  readonly #kept = new Map<string, KeptFacts>();
  readonly #namesByUid = new Map<string, Set<string>>();

  constructor(informer: Informer<ClusterRecord>) {
    informer.onChange((key) => this.#changed(key));
  }

  get(name: string, read: () => KeptFacts): KeptFacts {
    const known = this.#kept.get(name);
    if (known) return known;
    const facts = read();
    this.#kept.set(name, facts);
    for (const uid of [facts.spec?.value.metadata.uid, facts.status?.value.uid])
      if (uid) this.#namesByUid.set(uid, (this.#namesByUid.get(uid) ?? new Set()).add(name));
    return facts;
  }

  #changed(key: string): void {
    if (key.startsWith("uids/")) return this.#uidChanged(key.slice("uids/".length));
    const name = HOST_KEY.exec(key)?.[1];
    if (name !== undefined) this.#kept.delete(name);
  }

  /** Who owns the uid that a hypervisor claims is part of what is known of it. */
  #uidChanged(uid: string): void {
    for (const name of this.#namesByUid.get(uid) ?? []) this.#kept.delete(name);
    this.#namesByUid.delete(uid);
  }
}
