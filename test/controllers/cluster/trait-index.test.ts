import { describe, expect, it } from "vitest";
import { TraitIndex } from "../../../controllers/cluster/trait-index.ts";
import { SomePicture } from "../support/some-picture.ts";

function anIndex() {
  const picture = new SomePicture();
  const set = (host: string, traits: readonly string[] | undefined) => {
    const record = { type: "status", value: { specCreateRevision: 1, status: { traits } } } as const;
    picture.set(`status/cluster/hypervisors/${host}`, traits && record);
  };
  return { picture, set };
}

describe("the traits that somebody has", () => {
  it("are those of any host, for as long as one has them", () => {
    const { picture, set } = anIndex();
    set("host-1", ["A", "B", "B"]);
    const index = new TraitIndex(picture.informer);
    const has = () => ["A", "B", "C"].filter((trait) => index.has(trait));
    expect(has()).toEqual(["A", "B"]);
    set("host-2", ["B", "C"]);
    set("host-1", ["A"]);
    expect(has()).toEqual(["A", "B", "C"]);
    set("host-1", undefined);
    set("host-2", []);
    expect(has()).toEqual([]);
  });
});
