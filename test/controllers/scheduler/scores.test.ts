import { describe, expect, it } from "vitest";
import { NO_PEERS, type Peers } from "../../../controllers/scheduler/peers.ts";
import { best, rank, scoresOf } from "../../../controllers/scheduler/scores/rank.ts";
import { freeShare } from "../../../controllers/scheduler/scores/room.ts";
import type { InstanceSpec } from "../../../resources/instance.ts";
import { aHost, type HostParts, hostUid } from "../support/a-host.ts";
import { somePeers } from "../support/some-peers.ts";

const wish = (spec: InstanceSpec = {}, uid = "u") => ({ uid, namespace: "default", labels: {}, spec });
const contender = (name: string, memory: number, parts: HostParts = {}) => ({
  host: aHost(name, parts),
  candidate: { provider: hostUid(name), allocations: {} },
  summary: { uuid: hostUid(name), capacity: { MEMORY_MB: 100, VCPU: 100 }, used: { MEMORY_MB: memory }, traits: [] },
});
const order = (contenders: Parameters<typeof rank>[0], spec?: InstanceSpec, peers: Peers = NO_PEERS, uid?: string) =>
  rank(contenders, wish(spec, uid), peers).map(({ contender: { host } }) => host.name);

describe("scores", () => {
  const three = [contender("host-1", 50), contender("host-2", 10), contender("host-3", 90)];

  it("spread by default, and pack on request", () => {
    expect(order(three)).toEqual(["host-2", "host-1", "host-3"]);
    expect(order(three, { schedulingStrategy: "Pack" })).toEqual(["host-3", "host-1", "host-2"]);
  });

  it("put a host that is better avoided behind the fullest, unless that is tolerated", () => {
    const taints = [{ key: "old", effect: "PreferNoSchedule" }];
    const hosts = [contender("host-1", 0, { spec: { taints } }), contender("host-2", 99)];
    const worse = contender("host-3", 0, {
      spec: { taints: [...taints, { key: "slow", effect: "PreferNoSchedule" }] },
    });
    expect(order([worse, ...hosts])).toEqual(["host-2", "host-1", "host-3"]);
    expect(order(hosts, { tolerations: [{ key: "old" }] })).toEqual(["host-1", "host-2"]);
  });

  it("weigh wishes for neighbours", () => {
    const [near, away] = [contender("host-1", 50), contender("host-2", 10)];
    const labelSelector = { matchLabels: { app: "web" } };
    const peers = somePeers([{ labels: { app: "web" }, host: near.host }]);
    const by = (spec: InstanceSpec) => order([near, away], spec, peers)[0];
    expect(by({ affinity: [{ labelSelector, weight: 100 }] })).toBe("host-1");
    expect(by({ affinity: [{ labelSelector, weight: 1 }] })).toBe("host-2");
    expect(by({ schedulingStrategy: "Pack", antiAffinity: [{ labelSelector, weight: 100 }] })).toBe("host-2");
    expect(by({ schedulingStrategy: "Pack", antiAffinity: [{ labelSelector, weight: 1 }] })).toBe("host-1");
    // A condition is the filters' business.
    expect(by({ affinity: [{ labelSelector }] })).toBe("host-2");
  });

  it("prefer fewer peers where all hosts have some", () => {
    const [one, two] = [contender("host-1", 0), contender("host-2", 0)];
    const web = { labels: { app: "web" } };
    const peers = somePeers([
      { ...web, host: one.host },
      { ...web, host: one.host },
      { ...web, host: two.host },
    ]);
    expect(order([one, two], { antiAffinity: [{ labelSelector: {}, weight: 100 }] }, peers)).toEqual([
      "host-2",
      "host-1",
    ]);
  });

  it("take a host that has the image among those that are equally full, and no fuller one for it", () => {
    const imageOn: Peers["imageOn"] = (host) => (host === "host-2" ? { isCached: true } : undefined);
    const peers = { ...NO_PEERS, imageOn };
    for (let index = 0; index < 20; index += 1)
      expect(order([contender("host-1", 5), contender("host-2", 5)], {}, peers, `uid-${index}`)[0]).toBe("host-2");
    expect(order([contender("host-1", 5), contender("host-2", 6)], {}, peers)[0]).toBe("host-1");
  });

  it("spread equals by the instance, decide alike each time, and in whatever order they come", () => {
    const equals = Array.from({ length: 20 }, (_, index) => contender(`host-${index}`, 0));
    const firsts = new Map<string, number>();
    for (let index = 0; index < 2000; index += 1) {
      const first = best(equals, wish({}, `uid-${index}`), NO_PEERS)?.contender.host.name ?? "";
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    expect(firsts.size).toBe(20);
    expect(Math.max(...firsts.values())).toBeLessThan(200);
    expect(order([...equals].reverse())).toEqual(order(equals));
    expect(best(equals, wish(), NO_PEERS)?.contender.host.name).toBe(order(equals)[0]);
  });

  it("give the best of those that pass, and ask nobody who is worse", () => {
    const asked: string[] = [];
    const bestBut = (...refused: string[]) =>
      best([...three, contender("host-4", 20)], wish(), NO_PEERS, ({ host: { name } }) => {
        asked.push(name);
        return !refused.includes(name);
      })?.contender.host.name;
    expect(bestBut()).toBe("host-2");
    expect(bestBut("host-2")).toBe("host-4");
    expect(asked).toEqual(["host-2", "host-2", "host-4"]);
    expect(bestBut("host-1", "host-2", "host-4")).toBe("host-3");
    expect(bestBut("host-1", "host-2", "host-3", "host-4")).toBeUndefined();
    expect(best([], wish(), NO_PEERS)).toBeUndefined();
  });

  it("are told one by one", () => {
    const peers = { ...NO_PEERS, imageOn: () => ({ isCached: true }) };
    expect(scoresOf(contender("host-1", 50), wish(), peers)).toEqual([
      { name: "preferNoSchedule", weight: 100, score: 1 },
      { name: "neighbours", weight: 4, score: 1 },
      { name: "room", weight: 1, score: 0.5 },
      { name: "imageLocality", weight: 0.009, score: 1 },
    ]);
  });

  it("measure room by the scarcer of memory and CPUs that the host has itself", () => {
    const summary = { uuid: "", traits: [], capacity: { MEMORY_MB: 100, VCPU: 10 } };
    expect(freeShare({ ...summary, used: { MEMORY_MB: 50, VCPU: 9 } })).toBe(0.1);
    expect(freeShare({ ...summary, capacity: { VCPU: 10 }, used: { VCPU: 5 } })).toBe(0.5);
    expect([freeShare({ ...summary, capacity: {}, used: {} }), freeShare(undefined)]).toEqual([0, 0]);
  });
});
