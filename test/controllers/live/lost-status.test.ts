import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunningControllers } from "../../../controllers/start-controllers.ts";
import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { actingPlacement } from "../support/acting-placement.ts";
import { Cluster, specOf, statusOf } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
let controllers: RunningControllers;
let uid: string;

const GIB = 2 ** 30;
const startedAt = () => cluster.host().machines.get(uid)?.domain?.startedAt;
const assignedKey = (host = "host-1") => `assigned/${host}/instances/${uid}`;
const unclear = async () => (await cluster.until("web-1", "Scheduled", "False", "AssignedBefore")).message;
const bound = { hypervisor: "host-1", epoch: 1 };
const nothingLeft = async () => {
  await cluster.gone("web-1");
  expect(cluster.host().machines.size).toBe(0);
  await eventually(async () => {
    const left = (await cluster.keys()).filter((key) => key.includes(uid) && !key.startsWith("events/"));
    if (left.length > 0) throw new Error(left.join());
  });
};

describe.each(["in our transactions", "acting at once"])("with a Placement %s", (kind) => {
  const start = async () => {
    const engine = await openEmbeddedPlacement({ store: cluster.store, clock: systemClock, log: silentLog });
    const placement = kind === "acting at once" ? actingPlacement(engine, cluster.store) : engine;
    controllers = await cluster.controllers({ placement });
  };
  const whileAway = async (work: () => Promise<unknown>) => {
    await controllers.stop();
    await work();
    await start();
  };
  beforeEach(async () => {
    cluster = await Cluster.on(server);
    await start();
    await cluster.node("host-1", { simulated: { capacity: { vcpu: 8, memory: 3 * GIB, disk: 200 * GIB } } });
    await cluster.hostReady("host-1");
    await cluster.image();
    uid = await cluster.instance("web-1");
    await cluster.running("web-1");
  });
  afterEach(() => cluster.stop());

  it("a lost status is written again from what the host was told, in one transaction, and the guest runs on", async () => {
    const before = { startedAt: startedAt(), assigned: await cluster.assigned(uid) };
    const revision = await cluster.revision();
    await cluster.remove(statusOf("web-1"));
    expect((await cluster.running("web-1")).phase).toBe("Running");
    expect(await cluster.record("web-1")).toMatchObject({ uid, binding: bound, accepted: { generation: 1 } });
    await controllers.idle();
    const [lost, rebuilt = "", ...more] = await cluster.revisionsSince(revision);
    expect([lost, ...more]).toEqual([`-${statusOf("web-1")}`]);
    // The engine of our own writes the allocation again as it is, to compare it.
    expect(`${rebuilt} `.replace(`placement/allocations/${uid} `, "")).toBe(`${statusOf("web-1")} `);
    expect({ startedAt: startedAt(), assigned: await cluster.assigned(uid) }).toEqual(before);
    expect((await cluster.events(uid)).map(({ reason }) => reason)).toContain("BindingRebuilt");
    await cluster.delete("web-1");
    await nothingLeft();
  });

  it("so is one that holds something of a provider below its host, and keeps all of it", async () => {
    const host = (await cluster.read<{ uid: string }>("status/cluster/hypervisors/host-1"))?.uid ?? "";
    const card = "00000000-0000-4000-8000-0000000000c1";
    const inventory = { total: 2, reserved: 0, minUnit: 1, maxUnit: 2, stepSize: 1, allocationRatio: 1 };
    await cluster.put(`placement/providers/${card}`, {
      ...{ uuid: card, name: "card", generation: 0, parent: host, root: host, traits: [], aggregates: [] },
      inventories: { VGPU: inventory },
    });
    const other = await cluster.instance("web-2", { resourceGroups: [{ name: "gpu", resources: { VGPU: 2 } }] });
    await cluster.running("web-2");
    const booked = () => cluster.read<{ allocations: object }>(`placement/allocations/${other}`);
    const before = (await booked())?.allocations;
    expect(Object.keys(before ?? {}).sort()).toEqual([host, card].sort());
    await cluster.remove(statusOf("web-2"));
    await cluster.running("web-2");
    expect(await cluster.record("web-2")).toMatchObject({ uid: other, binding: bound });
    expect((await booked())?.allocations).toEqual(before);
  });

  it("so is one whose allocation is lost too, which is claimed again there", async () => {
    await whileAway(async () => {
      const [usage = ""] = await cluster.keys("placement/usage/");
      await cluster.remove(statusOf("web-1"), `placement/allocations/${uid}`, usage);
    });
    await cluster.running("web-1");
    const record = await cluster.record("web-1");
    expect(record).toMatchObject({ binding: bound });
    expect(record?.scheduling).toBeUndefined();
    expect(await cluster.read(`placement/allocations/${uid}`)).toMatchObject({ consumer: uid });
    const [usage = ""] = await cluster.keys("placement/usage/");
    expect(await cluster.read(usage)).toMatchObject({ used: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 2 } });
  });

  it("without room for the lost allocation it waits and says so, and the guest runs on", async () => {
    const before = startedAt();
    const [usage = ""] = await cluster.keys("placement/usage/");
    // Of somebody whom no sweep of ours takes it from.
    const theirs = "0c9e6b1f-8f0e-4c57-9d8b-0d3c5d4a7f22";
    const used = { MEMORY_MB: 2816 };
    await whileAway(async () => {
      await cluster.remove(statusOf("web-1"), `placement/allocations/${uid}`);
      await cluster.put(`placement/allocations/${theirs}`, {
        ...{ consumer: theirs, generation: 1, type: "SOMEBODY", project: "p", user: "u" },
        allocations: { [usage.slice(usage.lastIndexOf("/") + 1)]: { resources: used } },
      });
      await cluster.put(usage, { used, generation: 9 });
    });
    expect(await unclear()).toMatch(/host-1 alone has it assigned, but it cannot be booked there: .*MEMORY_MB/);
    expect((await cluster.record("web-1"))?.binding).toBeUndefined();
    expect(startedAt()).toBe(before);
    await whileAway(() => cluster.remove(usage, `placement/allocations/${theirs}`));
    await cluster.running("web-1");
    expect(startedAt()).toBe(before);
  });

  it("an allocation on another host is a contradiction: nothing is bound, claimed or given back", async () => {
    const key = `placement/allocations/${uid}`;
    const other = "0c9e6b1f-8f0e-4c57-9d8b-0d3c5d4a7f22";
    const elsewhere = { ...(await cluster.read<object>(key)), allocations: { [other]: { resources: { VCPU: 1 } } } };
    await whileAway(async () => {
      await cluster.remove(statusOf("web-1"));
      await cluster.put(key, elsewhere);
    });
    expect(await unclear()).toContain(`Placement has it booked on provider ${other}`);
    await controllers.idle();
    expect(await cluster.read(key)).toEqual(elsewhere);
    expect((await cluster.record("web-1"))?.binding).toBeUndefined();
    expect(await cluster.assigned(uid)).toMatchObject({ desired: "Running" });
  });
});

describe("a lost status", () => {
  let node: Awaited<ReturnType<Cluster["node"]>>;
  beforeEach(async () => {
    cluster = await Cluster.on(server);
    ({ controllers, node } = await cluster.one());
    await cluster.image();
    uid = await cluster.instance("web-1");
    await cluster.running("web-1");
  });
  afterEach(() => cluster.stop());

  const whileAway = async (work: () => Promise<unknown>) => {
    await controllers.stop();
    await work();
    controllers = await cluster.controllers();
  };

  it.each(["status/", "status/ and uids/"])("heals with everything under %s", async (lost) => {
    const before = startedAt();
    const other = await cluster.instance("web-2");
    await cluster.running("web-2");
    const prefixes = lost.split(" and ");
    await whileAway(async () => {
      for (const prefix of prefixes) await cluster.remove(...(await cluster.keys(prefix)));
    });
    for (const name of ["web-1", "web-2"]) await cluster.running(name);
    await cluster.hostReady("host-1");
    expect(await cluster.record("web-2")).toMatchObject({ uid: other, binding: bound });
    expect(await cluster.read(`uids/${uid}`)).toEqual({ tail: "ns/default/instances/web-1" });
    expect(startedAt()).toBe(before);
  });

  it("of an object that never had a place gets one", async () => {
    await cluster.instance("big", { resources: { vcpu: 99 } });
    await cluster.until("big", "Scheduled", "False", "NoCapacity");
    await cluster.remove(statusOf("big"));
    await cluster.until("big", "Scheduled", "False", "NoCapacity");
  });

  it("in the middle of a deletion does not end it early", async () => {
    await node.stop();
    await cluster.delete("web-1");
    await eventually(async () => (await cluster.assigned(uid))?.desired === "Absent");
    await cluster.remove(statusOf("web-1"));
    await eventually(async () => (await cluster.record("web-1"))?.binding !== undefined);
    expect(await cluster.record("web-1")).toMatchObject({ deletion: {}, binding: bound });
    await cluster.node();
    await nothingLeft();
  });

  it("S3: nor does it take a deletion back", async () => {
    await node.stop();
    const spec = await cluster.read(specOf("web-1"));
    await cluster.delete("web-1");
    await eventually(async () => (await cluster.assigned(uid))?.desired === "Absent");
    await whileAway(async () => {
      await cluster.remove(statusOf("web-1"));
      await cluster.put(specOf("web-1"), spec);
    });
    await cluster.node();
    await nothingLeft();
  });

  it.each(["in order", "invalid"])("and a deletion asked for before anybody noticed, its spec %s", async (how) => {
    await whileAway(async () => {
      await cluster.remove(statusOf("web-1"));
      if (how === "invalid") await cluster.respec("web-1", { resources: { vcpu: -3 } });
      await cluster.delete("web-1");
    });
    await nothingLeft();
  });

  it("with two assignments waits for an administrator, and heals when one of them is gone", async () => {
    const before = startedAt();
    const assigned = await cluster.assigned(uid);
    await whileAway(async () => {
      await cluster.remove(statusOf("web-1"));
      await cluster.put(assignedKey("host-2"), { ...assigned, hypervisor: "host-2" });
    });
    expect(await unclear()).toBe(
      `its status is lost, and host-1 and host-2 each have it assigned: see which of them runs it (virsh domstate default.web-1) and remove the others' keys (assigned/HOST/instances/${uid}), or restore its status key from a backup`,
    );
    expect((await cluster.record("web-1"))?.binding).toBeUndefined();
    await cluster.delete("web-1");
    await eventually(async () => (await cluster.record("web-1"))?.deletion !== undefined);
    expect(await cluster.assigned(uid)).toEqual(assigned);
    expect(startedAt()).toBe(before);
    await cluster.remove(assignedKey("host-2"));
    await nothingLeft();
  });

  it("with an assignment that cannot be read waits too", async () => {
    const assigned = await cluster.assigned(uid);
    await whileAway(async () => {
      await cluster.remove(statusOf("web-1"));
      await cluster.put(assignedKey(), "nonsense");
    });
    expect(await unclear()).toContain(`${assignedKey()} cannot be read (is not JSON): put that right`);
    await cluster.put(assignedKey(), assigned);
    await cluster.running("web-1");
  });

  it("with nothing but a report waits too, whichever host it is from", async () => {
    const observed = await cluster.observed(uid);
    await whileAway(async () => {
      await cluster.remove(statusOf("web-1"), assignedKey(), `observed/host-1/instances/${uid}`);
      await cluster.put(`observed/host-7/instances/${uid}`, observed);
    });
    expect(await unclear()).toContain("so is its assignment, but host-7 reported it");
    expect(startedAt()).toBeDefined();
    expect(await cluster.assigned(uid)).toBeUndefined();
  });
});
