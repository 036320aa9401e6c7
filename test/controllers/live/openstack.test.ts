import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openOpenstackPlacement } from "../../../placement/openstack/open-openstack-placement.ts";
import type { Placement } from "../../../placement/placement.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { PlacementServer } from "../../support/placement-server.ts";
import { Cluster, specOf, statusOf } from "../support/cluster.ts";

let server: EtcdServer;
let placementServer: PlacementServer;
let cluster: Cluster;
let controllers: Awaited<ReturnType<Cluster["controllers"]>>;
beforeAll(async () => {
  [server, placementServer] = await Promise.all([EtcdServer.start(), PlacementServer.start()]);
});
afterAll(async () => {
  await placementServer.stop();
  await server.stop();
});

const open = (name = "test"): Promise<Placement> =>
  openOpenstackPlacement({
    endpoint: placementServer.endpoint,
    token: "admin",
    cluster: name,
    clock: systemClock,
    log: silentLog,
  });
const SIZE = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 2 };

beforeEach(async () => {
  await placementServer.reset();
  cluster = await Cluster.on(server);
  controllers = await cluster.controllers({ placement: await open() });
  await cluster.node();
  await cluster.hostReady("host-1");
  await cluster.image();
});
afterEach(() => cluster.stop());

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
async function claimAs(name: string, uid: string) {
  const placement = await open(name);
  const uuid = await provider();
  await placement.claim({ uuid: uid, project: "p", user: "u" }, { provider: uuid, allocations: { [uuid]: SIZE } });
  await placement.close();
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
