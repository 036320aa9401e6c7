import type { ClusterRecord } from "../../../controllers/cluster/cluster-record.ts";
import type { Cached, Informer } from "../../../store/informer-contract.ts";

/** A picture of records that tells whoever listens of its changes. Nothing is decoded. */
export class SomePicture {
  readonly #records = new Map<string, Cached<ClusterRecord>>();
  #told: (key: string) => void = () => {};
  readonly informer = {
    get: (key: string) => this.#records.get(key),
    entries: (prefix = "") => [...this.#records.values()].filter(({ key }) => key.startsWith(prefix)),
    malformed: new Map(),
    onChange: (handler: (key: string) => void) => {
      this.#told = handler;
      return () => {};
    },
  } as unknown as Informer<ClusterRecord>;

  /** `undefined`: the key is taken away. */
  set(key: string, value: ClusterRecord | undefined, modRevision = 1): void {
    if (value) this.#records.set(key, { key, value, createRevision: 1, modRevision });
    else this.#records.delete(key);
    this.#told(key);
  }
}
