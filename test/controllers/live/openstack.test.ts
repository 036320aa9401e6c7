import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openOpenstackPlacement } from "../../../placement/openstack/open-openstack-placement.ts";
import type { Placement } from "../../../placement/placement.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { eventually } from "../../support/eventually.ts";
import { PlacementServer } from "../../support/placement-server.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";
import { Cluster, specOf, statusOf } from "../support/cluster.ts";

const server = sharedEtcd();
let placementServer: PlacementServer;
let cluster: Cluster;
let controllers: Awaited<ReturnType<Cluster["controllers"]>>;
beforeAll(async () => {
  placementServer = await PlacementServer.start();
});
afterAll(async () => {
  await placementServer.stop();
});

const open = (name = "test", more: { endpoint?: string; timeoutMs?: number } = {}): Promise<Placement> =>
  openOpenstackPlacement({
    endpoint: placementServer.endpoint,
    token: "admin",
    cluster: name,
    clock: systemClock,
    log: silentLog,
    ...more,
  });
/** A look is three requests to a server that answers one in ten milliseconds. */
const PATIENCE = { everyMs: 200 };
interface Documents {
  readonly traits?: readonly string[];
  readonly aggregates?: readonly string[];
  readonly inventories?: object;
  readonly resource_provider_generation?: number;
}
const SIZE = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 2 };

beforeEach(async () => {
  await placementServer.reset();
  cluster = await Cluster.on(server);
  controllers = await cluster.controllers({ placement: await open() });
  await cluster.node();
  await cluster.hostReady("host-1");
  await cluster.image();
});
afterEach(async () => {
  await Promise.all(mine.splice(0).map((placement) => placement.close()));
  await cluster.stop();
});

const provider = async () => (await cluster.read<{ uid: string }>("status/cluster/hypervisors/host-1"))?.uid ?? "";
const held = async (uid: string): Promise<Record<string, { resources: object }>> => {
  const { body } = await placementServer.request("GET", `/allocations/${uid}`);
  return (body as { allocations: Record<string, { resources: object }> }).allocations;
};
const whileAway = async (work: () => Promise<unknown>) => {
  await controllers.stop();
  await work();
  controllers = await cluster.controllers({ placement: await open() });
};
async function claimAs(name: string, uid: string, resources = SIZE) {
  const placement = await opened(name);
  const uuid = await provider();
  await placement.claim({ uuid: uid, project: "p", user: "u" }, { provider: uuid, allocations: { [uuid]: resources } });
}
const mine: Placement[] = [];
/** Closed with the test. */
async function opened(name = "test"): Promise<Placement> {
  const placement = await open(name);
  mine.push(placement);
  return placement;
}
/** Its first claim is made only when `wait` is over, or does not come back before. */
function standingStill(inner: Placement, when: "before" | "after", wait: () => Promise<void>): Placement {
  let claims = 0;
  const claim: Placement["claim"] = async (...words) => {
    const stands = claims++ === 0;
    if (stands && when === "before") await wait();
    const part = await inner.claim(...words);
    if (stands && when === "after") await wait();
    return part;
  };
  return new Proxy(inner, {
    get: (target, name) => {
      if (name === "claim") return claim;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
/** A promise, and what resolves it. */
function latch(): [Promise<void>, () => void] {
  let open = (): void => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return [promise, open];
}

describe("a real OpenStack Placement", () => {
  it("holds what runs, and nothing after the deletion", async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    expect(await held(uid)).toMatchObject({ [await provider()]: { resources: SIZE } });
    await cluster.delete("web-1");
    await cluster.gone("web-1");
    expect(await held(uid)).toEqual({});
  });

  it("is mended whatever a stranger changes of a provider", async () => {
    const path = `/resource_providers/${await provider()}`;
    const ask = async (what: string) => (await placementServer.request("GET", path + what)).body as Documents;
    const { traits } = await ask("/traits");
    const { inventories } = await ask("/inventories");
    for (const [what, changed] of [
      ["/traits", { traits: ["HW_CPU_X86_VMX"] }],
      ["/aggregates", { aggregates: [randomUUID()] }],
      ["/inventories", { inventories: {} }],
    ] as const) {
      // So that it is known to be in order as it stands.
      controllers.resync();
      await controllers.idle();
      const { resource_provider_generation } = await ask(what);
      expect(
        await placementServer.request("PUT", path + what, { ...changed, resource_provider_generation }),
      ).toMatchObject({ status: 200 });
      controllers.resync();
      await eventually(async () => {
        expect((await ask("/traits")).traits?.toSorted()).toEqual(traits?.toSorted());
        expect((await ask("/aggregates")).aggregates).toEqual([]);
        expect((await ask("/inventories")).inventories).toEqual(inventories);
      }, PATIENCE);
    }
  });

  it("claimed by a scheduler that died before the bind: adopted", async () => {
    const uid = randomUUID();
    await whileAway(async () => {
      await cluster.instance("web-1", {}, { uid });
      const spec = await cluster.store.get(specOf("web-1"));
      const scheduling = { host: "host-1", attempt: 1, since: "2030-01-01T00:00:00Z" };
      await cluster.put(statusOf("web-1"), { uid, specCreateRevision: spec?.createRevision, status: {}, scheduling });
      await cluster.put(`uids/${uid}`, { tail: "ns/default/instances/web-1" });
      await claimAs("test", uid);
    });
    await cluster.running("web-1");
    expect(Object.values(await held(uid))).toMatchObject([{ resources: SIZE }]);
  });

  it("swept: ours that nobody owns goes, another cluster's stays", async () => {
    const [ours, theirs] = [randomUUID(), randomUUID()];
    await whileAway(async () => {
      await claimAs("test", ours);
      await claimAs("other", theirs);
    });
    await eventually(async () => Object.keys(await held(ours)).length === 0);
    expect(Object.keys(await held(theirs))).toHaveLength(1);
  });

  it("that lost an allocation gets it again while the guest runs on", async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    const startedAt = cluster.host().machines.get(uid)?.domain?.startedAt;
    await whileAway(() => placementServer.request("DELETE", `/allocations/${uid}`));
    await eventually(async () => Object.keys(await held(uid)).length === 1);
    expect(cluster.host().machines.get(uid)?.domain?.startedAt).toBe(startedAt);
  });

  it("that loses its database gets providers and allocations again while guests run on", async () => {
    const uids = [await cluster.instance("web-1"), await cluster.instance("web-2")];
    for (const name of ["web-1", "web-2"]) await cluster.running(name);
    const started = uids.map((uid) => cluster.host().machines.get(uid)?.domain?.startedAt);
    await placementServer.reset();
    // What is done every minute, and every ten.
    await eventually(async () => {
      controllers.resync();
      return (await Promise.all(uids.map(held))).every((one) => Object.keys(one).length === 1);
    });
    expect(uids.map((uid) => cluster.host().machines.get(uid)?.domain?.startedAt)).toEqual(started);
    expect((await placementServer.request("GET", `/resource_providers/${await provider()}`)).status).toBe(200);
    await cluster.instance("web-3");
    await cluster.running("web-3");
  });

  it("that loses its database, and has no room afterwards: AllocationMissing, and healed when there is", async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    const view = await (await opened()).provider(await provider());
    if (!view) throw new Error("no provider");
    const theirs = randomUUID();
    await whileAway(async () => {
      await placementServer.reset();
      const ours = await opened();
      await ours.ensureProvider(view);
      const { total, reserved } = view.inventories["MEMORY_MB"] ?? { total: 0, reserved: 0 };
      await claimAs("other", theirs, { VCPU: 1, MEMORY_MB: total - reserved, DISK_GB: 1 });
    });
    const { message } = await cluster.until("web-1", "Allocated", "False", "AllocationMissing");
    expect(message).toContain("it runs on");
    expect(cluster.host().machines.get(uid)?.domain?.state).toBe("running");
    await placementServer.request("DELETE", `/allocations/${theirs}`);
    controllers.resync();
    await cluster.until("web-1", "Allocated", "True");
    expect(Object.values(await held(uid))).toMatchObject([{ resources: SIZE }]);
  });

  it("has what runs on a host booked on its provider, also when the host was registered anew", async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    const old = randomUUID();
    await whileAway(async () => {
      const ours = await opened();
      const view = await ours.provider(await provider());
      if (!view) throw new Error("no provider");
      await ours.ensureProvider({ ...view, uuid: old, name: "host-of-old" });
      await placementServer.request("DELETE", `/allocations/${uid}`);
      await ours.claim({ uuid: uid, project: "p", user: "u" }, { provider: old, allocations: { [old]: SIZE } });
    });
    const now = await provider();
    await eventually(async () => Object.keys(await held(uid)).join() === now);
    expect(cluster.host().machines.get(uid)?.domain?.state).toBe("running");
  });

  /** A leader that stands still around its first claim, until `goOn`; another leads meanwhile. */
  async function replacedWhileClaiming(when: "before" | "after") {
    await controllers.stop();
    const [isStanding, stands] = latch();
    const [mayGoOn, goOn] = latch();
    const wait = async (): Promise<void> => {
      stands();
      await mayGoOn;
    };
    const paused = await cluster.controllers({ placement: standingStill(await open(), when, wait) });
    const uid = await cluster.instance("web-1");
    await isStanding;
    controllers = await cluster.controllers({ placement: await open() });
    const wake = async (): Promise<void> => {
      goOn();
      await paused.idle();
      await controllers.idle();
    };
    return { uid, wake };
  }

  it("claimed from by a scheduler that stands still before the bind: another binds, once", async () => {
    const { uid, wake } = await replacedWhileClaiming("after");
    await cluster.running("web-1");
    const bound = await cluster.record("web-1");
    const before = (await placementServer.request("GET", `/allocations/${uid}`)).body;
    await wake();
    expect((await cluster.record("web-1"))?.binding).toEqual(bound?.binding);
    expect((await placementServer.request("GET", `/allocations/${uid}`)).body).toEqual(before);
    expect(await cluster.keys("assigned/host-1/instances/")).toHaveLength(1);
  });

  it.each(["before", "after"] as const)(
    "that a scheduler stood still %s claiming from while the instance was deleted: nothing is held in the end",
    async (when) => {
      const { uid, wake } = await replacedWhileClaiming(when);
      await cluster.delete("web-1");
      await cluster.gone("web-1");
      await wake();
      await eventually(async () => {
        controllers.resync();
        return Object.keys(await held(uid)).length === 0;
      });
      expect(await cluster.keys("assigned/host-1/instances/")).toEqual([]);
    },
  );

  it.each(["still held", "lost too"])("binds again what lost its status, its allocation %s", async (how) => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    const startedAt = cluster.host().machines.get(uid)?.domain?.startedAt;
    await whileAway(async () => {
      await cluster.remove(statusOf("web-1"));
      if (how === "lost too") await placementServer.request("DELETE", `/allocations/${uid}`);
    });
    await cluster.running("web-1");
    expect(await cluster.record("web-1")).toMatchObject({ uid, binding: { hypervisor: "host-1", epoch: 1 } });
    expect(Object.values(await held(uid))).toMatchObject([{ resources: SIZE }]);
    expect(cluster.host().machines.get(uid)?.domain?.startedAt).toBe(startedAt);
  });

  it.each(["is cut off", "does not come"])(
    "whose answer to a claim %s has it once, and it is bound once",
    async (how) => {
      const link = await TcpProxy.start(placementServer.port);
      try {
        const far = await open("test", { endpoint: link.endpoint, timeoutMs: 300 });
        const spoil = async () => (how === "is cut off" ? link.cutAfter("toClient", 0) : link.silence("toClient"));
        await controllers.stop();
        controllers = await cluster.controllers({ placement: standingStill(far, "before", spoil) });
        const uid = await cluster.instance("web-1");
        if (how === "does not come") {
          await cluster.until("web-1", "Scheduled", "False", "PlacementUnreachable");
          expect(Object.values(await held(uid))).toMatchObject([{ resources: SIZE }]);
          expect((await cluster.record("web-1"))?.binding).toBeUndefined();
          link.resume();
        }
        await cluster.running("web-1");
        expect(Object.values(await held(uid))).toMatchObject([{ resources: SIZE }]);
        const { usages } = (await placementServer.request("GET", `/resource_providers/${await provider()}/usages`))
          .body as {
          usages: object;
        };
        expect(usages).toEqual(SIZE);
        expect(await cluster.keys("assigned/host-1/instances/")).toHaveLength(1);
      } finally {
        await controllers.stop();
        await link.stop();
      }
    },
  );

  it("grows with the instance", async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    await cluster.respec("web-1", { resources: { vcpu: 3 } });
    await cluster.until("web-1", "RestartRequired", "True");
    expect(Object.values(await held(uid))).toMatchObject([{ resources: { ...SIZE, VCPU: 3 } }]);
  });

  it("away: what runs runs on, what waits says so and goes on when it is back", { timeout: 40_000 }, async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    await placementServer.kill();
    await cluster.instance("web-2");
    await cluster.until("web-2", "Scheduled", "False", "PlacementUnreachable");
    expect(cluster.host().machines.get(uid)?.domain?.state).toBe("running");
    await placementServer.launch();
    await eventually(async () => (await cluster.condition("web-2", "Ready"))?.status === "True", {
      deadlineMs: 20_000,
    });
  });
});
