import { describe, expect, it } from "vitest";
import type { ClusterRecord } from "../../../controllers/cluster/cluster-record.ts";
import { TraitIndex } from "../../../controllers/cluster/trait-index.ts";
import type { Cached, Informer } from "../../../store/informer-contract.ts";

const keyOf = (host: string) => `status/cluster/hypervisors/${host}`;

/** A picture of status records, told of its changes. */
class SomePicture {
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

  set(host: string, traits: readonly string[] | undefined): void {
    const key = keyOf(host);
    const value = { type: "status", value: { specCreateRevision: 1, status: { traits } } } as const;
    if (traits) this.#records.set(key, { key, value, createRevision: 1, modRevision: 1 });
    else this.#records.delete(key);
    this.#told(key);
  }
}

describe("the traits that somebody has", () => {
  it("are those of any host, for as long as one has them", () => {
    const picture = new SomePicture();
    picture.set("host-1", ["A", "B", "B"]);
    const index = new TraitIndex(picture.informer);
    const has = () => ["A", "B", "C"].filter((trait) => index.has(trait));
    expect(has()).toEqual(["A", "B"]);
    picture.set("host-2", ["B", "C"]);
    picture.set("host-1", ["A"]);
    expect(has()).toEqual(["A", "B", "C"]);
    picture.set("host-1", undefined);
    picture.set("host-2", []);
    expect(has()).toEqual([]);
  });
});
