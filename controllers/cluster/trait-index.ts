import type { HypervisorStatus } from "../../resources/hypervisor.ts";
import { PREFIX } from "../../resources/keys.ts";
import type { Informer } from "../../store/informer-contract.ts";
import type { ClusterRecord } from "./cluster-record.ts";

const HYPERVISORS = `${PREFIX.status}cluster/hypervisors/`;

/**
 * Which traits some Hypervisor's provider has, as its status lists them: Placement knows those, for they were written
 * there first. Follows the informer, which must be ready.
 */
export class TraitIndex {
  readonly #counts = new Map<string, number>();
  readonly #traitsOf = new Map<string, readonly string[]>();

  constructor(informer: Informer<ClusterRecord>) {
    for (const { key } of informer.entries(HYPERVISORS)) this.#update(informer, key);
    informer.onChange((key) => {
      if (key.startsWith(HYPERVISORS)) this.#update(informer, key);
    });
  }

  has(trait: string): boolean {
    return this.#counts.has(trait);
  }

  names(): Iterable<string> {
    return this.#counts.keys();
  }

  #update(informer: Informer<ClusterRecord>, key: string): void {
    const traits = traitsIn(informer.get(key)?.value);
    const old = this.#traitsOf.get(key) ?? [];
    for (const trait of traits) this.#counts.set(trait, (this.#counts.get(trait) ?? 0) + 1);
    for (const trait of old) this.#forget(trait);
    if (traits.length > 0) this.#traitsOf.set(key, traits);
    else this.#traitsOf.delete(key);
  }

  #forget(trait: string): void {
    const left = (this.#counts.get(trait) ?? 0) - 1;
    if (left > 0) this.#counts.set(trait, left);
    else this.#counts.delete(trait);
  }
}

function traitsIn(record: ClusterRecord | undefined): readonly string[] {
  if (record?.type !== "status") return [];
  return [...new Set((record.value.status as HypervisorStatus).traits ?? [])];
}
