import type { ClusterRecord } from "../../../controllers/cluster/cluster-record.ts";
import type { Cached, Informer } from "../../../store/informer-contract.ts";

/** A picture of records that tells whoever listens of its changes. Nothing is decoded. */
export class SomePicture {
  readonly #records = new Map<string, Cached<ClusterRecord>>();
  #told: (key: string) => void = () => {};
  readonly informer = {
    get: (key: string) => this.#records.get(key),
    entries: () => this.#records.values(),
    onChange: (handler: (key: string) => void) => {
      this.#told = handler;
      return () => {};
    },
  } as unknown as Informer<ClusterRecord>;

  /** `undefined`: the key is taken away. */
  set(key: string, value: ClusterRecord | undefined): void {
    if (value) this.#records.set(key, { key, value, createRevision: 1, modRevision: 1 });
    else this.#records.delete(key);
    this.#told(key);
  }
}
