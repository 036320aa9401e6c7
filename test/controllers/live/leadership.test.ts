import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../runtime/clock.ts";
import { Election } from "../../../store/election.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.on(server);
});
afterEach(() => cluster.stop());

const ROOMY = { simulated: { capacity: { vcpu: 64, memory: 64 * 2 ** 30, disk: 2 ** 40 } } };

describe("controllers", () => {
  it("twice at once (which election prevents) still start each instance once, on one host", {
    timeout: 40_000,
  }, async () => {
    await Promise.all([cluster.controllers(), cluster.controllers()]);
    await cluster.node("host-1", ROOMY);
    await cluster.node("host-2", ROOMY);
    await cluster.hostReady("host-1");
    await cluster.hostReady("host-2");
    await cluster.image();
    const names = Array.from({ length: 12 }, (_, index) => `web-${index}`);
    const uids = await Promise.all(names.map((name) => cluster.instance(name)));
    await Promise.all(names.map((name) => cluster.running(name)));
    for (const uid of uids) {
      const on = ["host-1", "host-2"].filter((name) => cluster.host(name).machines.has(uid));
      expect(on, uid).toHaveLength(1);
    }
    expect((await cluster.keys("placement/allocations/")).length).toBe(12);
    const spread = ["host-1", "host-2"].map((name) => cluster.host(name).machines.size).sort((a, b) => a - b);
    expect(spread[0]).toBeGreaterThan(2);
    await Promise.all(names.map((name) => cluster.delete(name)));
    await Promise.all(names.map((name) => cluster.gone(name)));
    expect(await cluster.keys("placement/allocations/")).toEqual([]);
  });

  it("whose term is over write nothing more; the next leader goes on", async () => {
    const term = async (holder: string) =>
      new Election({ store: cluster.store, clock: systemClock, name: "controller", holder, ttlSeconds: 5 }).campaign(
        AbortSignal.timeout(10_000),
      );
    const first = await term("first");
    const old = await cluster.controllers({ fence: first.fence() });
    await cluster.node();
    await cluster.hostReady("host-1");
    await cluster.image();
    await cluster.instance("web-1");
    await cluster.running("web-1");

    await first.resign();
    const before = await cluster.revision();
    await cluster.instance("web-2");
    await old.idle();
    const written = await cluster.revisionsSince(before);
    expect(written).toEqual(["spec/ns/default/instances/web-2"]);

    const second = await term("second");
    await cluster.controllers({ fence: second.fence() });
    await cluster.running("web-2");
    await second.resign();
  });
});
