import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
let uid: string;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  await cluster.one({ simulated: { shutdownMs: 60_000 } });
  await cluster.image();
  uid = await cluster.instance("web-1");
  await cluster.running("web-1");
});
afterEach(() => cluster.stop());

const gone = async () => {
  await cluster.gone("web-1");
  expect(cluster.host().machines.size).toBe(0);
  const left = (await cluster.keys()).filter((key) => key.includes(uid) && !key.startsWith("events/"));
  expect(left).toEqual([]);
};

describe("a deletion", () => {
  it("takes no longer than was said with it, whatever the guest does", async () => {
    await cluster.change("web-1", (object) => ({
      ...object,
      metadata: { ...object.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" },
      spec: { ...(object.spec as object), terminationGracePeriodSeconds: 0 },
    }));
    await gone();
  });

  it("can be hurried while it is under way", async () => {
    await cluster.delete("web-1");
    await eventually(async () => (await cluster.assigned(uid))?.desired === "Absent");
    await cluster.respec("web-1", { terminationGracePeriodSeconds: 0 });
    await gone();
  });

  it("that its host refuses to carry out says why", async () => {
    const machine = cluster.host().machines.get(uid);
    if (!machine) throw new Error("no machine");
    machine.identity = { ...machine.identity, epoch: 2 };
    await cluster.delete("web-1");
    await eventually(async () => {
      const found = await cluster.condition("web-1", "Ready");
      if (!found?.message.includes("being deleted; host-1 says EpochAhead")) throw new Error(JSON.stringify(found));
    });
    expect(machine.domain?.state).toBe("running");
  });

  it("is not over on a host that cannot read what it keeps about the machine, and says so", async () => {
    const name = "web-2";
    const id = await cluster.instance(name, { runStrategy: "Halted" });
    await eventually(async () => (await cluster.observed(id))?.state === "Stopped");
    cluster.host().machines.set(id, { identity: { uid: id, namespace: "default", name, epoch: 1 }, disk: 1 });
    cluster.host().unreadable.add(id);
    await cluster.delete(name);
    const ready = await eventually(async () => {
      const found = await cluster.condition(name, "Ready");
      if (!found?.message.includes("RecordUnreadable")) throw new Error(JSON.stringify(found));
      return found;
    });
    expect(ready).toMatchObject({ status: "False", reason: "Terminating" });
    expect(await cluster.observed(id)).toMatchObject({ state: "Failed", problem: { terminal: false } });
    expect((await cluster.events(id)).map(({ reason }) => reason)).toContain("RecordUnreadable");
    expect(cluster.host().machines.get(id)?.disk).toBe(1);
    expect(await cluster.assigned(id)).toMatchObject({ desired: "Absent" });
    // Others are looked at all the same.
    await cluster.nodes.get("host-1")?.resync();
    cluster.host().unreadable.delete(id);
    cluster.host().tell(id, "changed");
    await cluster.gone(name);
    expect(cluster.host().machines.has(id)).toBe(false);
  });

  it("is completed though assignment and Image were lost", async () => {
    await cluster.nodes.get("host-1")?.stop();
    await cluster.remove("spec/cluster/images/tiny", "status/cluster/images/tiny");
    await cluster.remove(`assigned/host-1/instances/${uid}`);
    await cluster.respec("web-1", { terminationGracePeriodSeconds: 0 });
    await cluster.delete("web-1");
    await eventually(async () => (await cluster.assigned(uid))?.desired === "Absent");
    await cluster.node();
    await gone();
  });
});
