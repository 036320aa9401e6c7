import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.on(server);
});
afterEach(() => cluster.stop());

describe("an instance with a cached image", () => {
  it("costs at most 6 revisions to start, address included, nothing to look at again, and 4 to delete", async () => {
    const { controllers, node } = await cluster.one();
    await cluster.image();
    await eventually(async () => (await cluster.read("status/cluster/images/tiny")) !== undefined);
    await controllers.idle();

    const before = await cluster.revision();
    const uid = await cluster.instance("web-1");
    const { addresses } = await cluster.running("web-1");
    expect(addresses?.[0]?.ip).toMatch(/^198\./);
    const start = await cluster.revisionsSince(before);
    expect(start.length, start.join("\n")).toBeLessThanOrEqual(6);

    const running = await cluster.revision();
    controllers.resync();
    await node.resync();
    await controllers.idle();
    await node.idle();
    expect(await cluster.revisionsSince(running)).toEqual([]);

    const deleting = await cluster.revision();
    await cluster.delete("web-1");
    await cluster.gone("web-1");
    const deletion = await cluster.revisionsSince(deleting);
    expect(deletion.length, deletion.join("\n")).toBeLessThanOrEqual(4);
    expect(cluster.host().machines.size).toBe(0);
    const left = (await cluster.keys()).filter((key) => key.includes(uid) && !key.startsWith("events/"));
    expect(left).toEqual([]);
  });

  it("tells a normal start in three events", async () => {
    await cluster.one();
    await cluster.image();
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    expect((await cluster.events(uid)).map(({ reason }) => reason).sort()).toEqual(["Ready", "Scheduled", "Started"]);
  });
});

describe("many at once", () => {
  it("brings 20 instances to Running and takes all of them away", { timeout: 30_000 }, async () => {
    await cluster.one({ simulated: { capacity: { vcpu: 64, memory: 64 * 2 ** 30, disk: 2 ** 40 } } });
    await cluster.image();
    const names = Array.from({ length: 20 }, (_, index) => `web-${index}`);
    await Promise.all(names.map((name) => cluster.instance(name)));
    await Promise.all(names.map((name) => cluster.running(name)));
    expect(cluster.host().machines.size).toBe(20);
    expect((await cluster.hostStatus())?.instances).toBe(20);
    await Promise.all(names.map((name) => cluster.delete(name)));
    await Promise.all(names.map((name) => cluster.gone(name)));
    expect(cluster.host().machines.size).toBe(0);
    expect((await cluster.hostStatus())?.allocated).toEqual({ vcpu: 0, memory: 0, disk: 0 });
    expect(await cluster.keys("placement/allocations/")).toEqual([]);
  });
});

describe("a guest that somebody undefined while it runs", () => {
  it("is Running with its addresses, and says why it cannot be defined again until it can", async () => {
    await cluster.one();
    await cluster.image();
    const uid = await cluster.instance("web-1");
    const { addresses } = await cluster.running("web-1");
    cluster.host().networks.delete("vmctl0");
    cluster.host().undefine(uid);
    const { message } = await cluster.until("web-1", "Ready", "True", "NetworkNotFound");
    expect(message).toContain(addresses?.[0]?.ip);
    expect(message).toContain("NetworkNotFound: vmctl0");
    expect(await cluster.status("web-1")).toMatchObject({ phase: "Running", addresses });
    expect((await cluster.events(uid)).map(({ reason }) => reason)).toContain("NetworkNotFound");
    cluster.host().networks.add("vmctl0");
    await cluster.until("web-1", "Ready", "True", "Running");
    expect(cluster.host().machines.get(uid)?.domain?.persistent).toBe(true);
  });
});
