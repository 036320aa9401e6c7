import { describe, expect, it } from "vitest";
import type { ClusterRecord } from "../../../controllers/cluster/cluster-record.ts";
import { HypervisorCache } from "../../../controllers/cluster/hypervisor-cache.ts";
import type { HypervisorFacts } from "../../../controllers/cluster/hypervisor-facts.ts";
import { SomePicture } from "../support/some-picture.ts";

const [ONE, TWO] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];
const keyOf = (host: string) => `status/cluster/hypervisors/${host}`;
const admitted = (uid: string): ClusterRecord => ({
  type: "status",
  value: { uid, specCreateRevision: 1, status: {} },
});
const owned = (host: string): ClusterRecord => ({ type: "uid", value: { tail: `cluster/hypervisors/${host}` } });

function twoHosts() {
  const picture = new SomePicture();
  const cache = new HypervisorCache(picture.informer);
  picture.set(`uids/${ONE}`, owned("host-1"));
  picture.set(`uids/${TWO}`, owned("host-2"));
  picture.set(keyOf("host-1"), admitted(ONE));
  picture.set(keyOf("host-2"), admitted(TWO));
  let readings = 0;
  const read = (name: string) =>
    cache.get(name, () => ({ ...FACTS, name, reading: ++readings }) as unknown as HypervisorFacts);
  return {
    picture,
    cache,
    names: () => [cache.nameOf(ONE), cache.nameOf(TWO)],
    of: (uid: string) => cache.ofProvider(uid, read),
  };
}
const FACTS = { observed: {} };

describe("the hypervisor of a provider", () => {
  it("is the one that was admitted with its uid, as long as it is there", () => {
    const { picture, names } = twoHosts();
    expect(names()).toEqual(["host-1", "host-2"]);
    picture.set(keyOf("host-1"), undefined);
    expect(names()).toEqual([undefined, "host-2"]);
  });

  it("is not another one whose status somebody copied over, nor nobody once that is mended (S8)", () => {
    const { picture, names } = twoHosts();
    picture.set(keyOf("host-2"), admitted(ONE));
    expect(names()).toEqual(["host-1", undefined]);
    picture.set(keyOf("host-2"), admitted(TWO));
    expect(names()).toEqual(["host-1", "host-2"]);
  });

  it("is read once, and again when one of its keys changed, or who owns a uid of it", () => {
    const { picture, of } = twoHosts();
    const first = of(ONE);
    expect(first).toMatchObject({ name: "host-1" });
    expect(of(ONE)).toBe(first);
    for (const key of [
      "observed/host-1/host",
      "assigned/host-1/host",
      "spec/cluster/hypervisors/host-1",
      keyOf("host-1"),
    ]) {
      const before = of(ONE);
      picture.set(key, key === keyOf("host-1") ? admitted(ONE) : undefined);
      expect(of(ONE)).not.toBe(before);
    }
    const other = of(TWO);
    picture.set(keyOf("host-2"), admitted(ONE));
    expect([of(ONE)?.name, of(TWO)]).toEqual(["host-1", undefined]);
    picture.set(keyOf("host-2"), undefined);
    expect(of(ONE)?.name).toBe("host-1");
    picture.set(keyOf("host-2"), admitted(TWO));
    expect(of(TWO)).not.toBe(other);
    picture.set(keyOf("host-1"), undefined);
    expect(of(ONE)).toBeUndefined();
  });
});

describe("the newest manifest of a hypervisor", () => {
  it("is that of all, as it was written last", () => {
    const { picture, cache } = twoHosts();
    const write = (host: string, revision: number) =>
      picture.set(`spec/cluster/hypervisors/${host}`, owned(host), revision);
    expect(cache.newestSpec).toBe(0);
    write("host-1", 7);
    write("host-2", 5);
    expect(cache.newestSpec).toBe(7);
    picture.set("spec/cluster/images/tiny", owned("tiny"), 9);
    write("host-2", 8);
    expect(cache.newestSpec).toBe(8);
    picture.set("spec/cluster/hypervisors/host-2", undefined);
    expect(cache.newestSpec).toBe(7);
  });
});
