import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HypervisorError } from "../../../hypervisor/hypervisor-error.ts";
import type { ObservedHost } from "../../../resources/observed.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";
import { anAssignment, OTHER, UID } from "../support/facts.ts";

const server = sharedEtcd();
let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.on(server);
});
afterEach(() => cluster.stop());

const GIB = 2 ** 30;

describe("room", () => {
  it("is refused with counts and found at once when a host appears", async () => {
    await cluster.controllers();
    await cluster.image();
    await cluster.instance("web-1");
    const { message } = await cluster.until("web-1", "Scheduled", "False", "NoCapacity");
    expect(message).toBe("0 of 0 hypervisors can take it: there is none");
    await cluster.node();
    await cluster.running("web-1");
  });

  it("is found at once when another instance goes", async () => {
    await cluster.one({ simulated: { capacity: { vcpu: 8, memory: 2 * GIB, disk: 200 * GIB } } });
    await cluster.image();
    await cluster.instance("first", { resources: { memory: "1Gi" } });
    await cluster.running("first");
    await cluster.instance("second", { resources: { memory: "1Gi" } });
    const { message } = await cluster.until("second", "Scheduled", "False", "NoCapacity");
    expect(message).toBe("0 of 1 hypervisors can take it: 1 insufficient MEMORY_MB");
    await cluster.delete("first");
    await cluster.running("second");
  });

  it("is not looked for again when the request itself is wrong", async () => {
    await cluster.one();
    await cluster.image();
    await cluster.instance("web-1", { traits: { required: ["NO_SUCH_TRAIT"] } });
    await cluster.until("web-1", "Scheduled", "False", "InvalidRequest");
    await cluster.respec("web-1", { traits: {} });
    await cluster.running("web-1");
  });

  it("is not given on a cordoned host, and what runs there stays", async () => {
    await cluster.one();
    await cluster.image();
    const uid = await cluster.instance("before");
    await cluster.running("before");
    await cluster.hypervisor("host-1", { unschedulable: true });
    await cluster.instance("after");
    await cluster.until("after", "Scheduled", "False", "NoCapacity");
    expect(await cluster.hostCondition("host-1", "Ready")).toMatchObject({ status: "True" });
    expect(cluster.host().machines.get(uid)?.domain?.state).toBe("running");
    await cluster.hypervisor("host-1", {});
    await cluster.running("after");
  });
});

describe("a node controller", () => {
  it("that stops leaves its guests, says Shutdown and takes nothing; started again it adopts what runs", async () => {
    const { node } = await cluster.one();
    await cluster.image();
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    const startedAt = cluster.host().machines.get(uid)?.domain?.startedAt;
    await node.stop();
    await eventually(async () => (await cluster.hostCondition("host-1", "Ready"))?.reason === "Shutdown");
    await cluster.until("web-1", "Ready", "Unknown", "HostStopped");
    await cluster.instance("web-2");
    await cluster.until("web-2", "Scheduled", "False", "NoCapacity");
    expect(cluster.host().machines.get(uid)?.domain?.state).toBe("running");

    const again = await cluster.node();
    await cluster.running("web-1");
    await cluster.running("web-2");
    await again.idle();
    expect(cluster.host().machines.get(uid)?.domain?.startedAt).toBe(startedAt);
    expect(cluster.host().machines.size).toBe(2);
  });

  it("is refused a name that lives on another machine", async () => {
    await cluster.one();
    await expect(cluster.node("host-1", { bootId: "boot-2" })).rejects.toMatchObject({ code: "HostNameTaken" });
  });

  it("whose name another machine took holds nothing any more, until the name is free again", async () => {
    const { node } = await cluster.one({ ttlSeconds: 2 });
    expect(node.held()).toBe(true);
    const alive = { machineId: "m", bootId: "b", startToken: "t", sequence: 1, version: "x", ttlSeconds: 2 };
    await cluster.put("alive/host-1", alive);
    await eventually(() => !node.held());
    expect(await cluster.read("alive/host-1")).toEqual(alive);
    await cluster.remove("alive/host-1");
    await eventually(() => node.held());
    expect(await cluster.read("alive/host-1")).toMatchObject({ machineId: "host-1" });
  });

  it("has its name alone when two machines take it at once", async () => {
    await cluster.controllers();
    const both = await Promise.allSettled([cluster.node(), cluster.node("host-1", { bootId: "boot-2" })]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const loser = both.find((one) => one.status === "rejected");
    expect(loser?.reason).toMatchObject({ code: "HostNameTaken" });
  });

  it("that only observes leaves alone what is assigned to it", async () => {
    const told: number[] = [];
    const onHostAssigned = ({ generation }: { generation: number }) => void told.push(generation);
    const node = await cluster.node("host-1", { observeOnly: true, onHostAssigned });
    await cluster.put(`assigned/host-1/instances/${UID}`, anAssignment());
    await cluster.put("assigned/host-1/host", { uid: OTHER, generation: 7, virtType: "auto" });
    await eventually(() => told.includes(7));
    await node.idle();
    expect(cluster.host().machines.size).toBe(0);
    expect(await cluster.observed(UID)).toBeUndefined();
  });

  it("that only observes takes nothing and starts nothing", async () => {
    await cluster.controllers();
    const node = await cluster.node("host-1", { observeOnly: true });
    await cluster.hostReady("host-1");
    await cluster.image();
    await cluster.instance("web-1");
    await cluster.until("web-1", "Scheduled", "False", "NoCapacity");
    await node.resync();
    expect(cluster.host().machines.size).toBe(0);
  });

  it("whose heartbeat stands still is silent, though its lease lives", async () => {
    await cluster.one();
    await cluster.image();
    const observed = await cluster.read<object>("observed/host-1/host");
    const alive = { machineId: "m", bootId: "b", startToken: "t", sequence: 1, version: "x", ttlSeconds: 1 };
    await cluster.put("observed/ghost/host", observed);
    await cluster.put("alive/ghost", alive);
    await cluster.hostReady("ghost");
    await eventually(async () => (await cluster.hostCondition("ghost", "Ready"))?.reason === "HostSilent");
    await cluster.put("alive/ghost", { ...alive, sequence: 2 });
    await cluster.hostReady("ghost");
  });

  it("that must use KVM and cannot is closed until its virtType says otherwise", async () => {
    await cluster.one();
    const observed = await cluster.read<ObservedHost>("observed/host-1/host");
    const KvmUsable = { ok: false, reason: "NoDevice", message: "no /dev/kvm" };
    await cluster.put("observed/ghost/host", { ...observed, facts: { ...observed?.facts, KvmUsable } });
    await cluster.put("alive/ghost", { machineId: "m", bootId: "b", startToken: "t", sequence: 1, version: "x" });
    await cluster.hostReady("ghost");
    const ready = async () => (await cluster.hostCondition("ghost", "Ready"))?.reason;
    const isClosed = async () => (await cluster.hostStatus("ghost"))?.traits?.includes("COMPUTE_STATUS_DISABLED");
    await cluster.hypervisor("ghost", { virtType: "kvm" });
    await eventually(async () => (await ready()) === "KvmUnusable" && (await isClosed()) === true);
    await cluster.hypervisor("ghost", { virtType: "auto" });
    await eventually(async () => (await ready()) === "Serving" && (await isClosed()) === false);
  });

  it("that is to run guests in another way tries at once what libvirt refused", async () => {
    await cluster.one();
    await cluster.image();
    const { networks } = cluster.host();
    networks.has = () => {
      throw new HypervisorError("DefineRefused", "no kvm");
    };
    await cluster.instance("web-1");
    await cluster.until("web-1", "Ready", "False", "DefineRefused");
    // In vain at first: the next try by itself is more than a minute away in the end.
    for (const virtType of ["kvm", "auto", "kvm", "auto"]) {
      const before = await cluster.condition("web-1", "Ready");
      await cluster.hypervisor("host-1", { virtType });
      await eventually(async () => (await cluster.condition("web-1", "Ready"))?.message !== before?.message);
    }
    networks.has = (name) => Set.prototype.has.call(networks, name);
    await cluster.hypervisor("host-1", { virtType: "qemu" });
    await cluster.running("web-1");
  });

  it("reports machines of ours that etcd does not know and leaves them alone", async () => {
    const { controllers, node } = await cluster.one();
    await cluster.image();
    const uid = await cluster.instance("lost");
    await cluster.running("lost");
    await node.stop();
    await controllers.stop();
    const keys = (await cluster.keys()).filter((key) => key.includes(uid) || key.endsWith("/lost"));
    await cluster.remove(...keys);
    await cluster.controllers();
    await cluster.node();
    const found = await eventually(async () => {
      const condition = await cluster.hostCondition("host-1", "OrphanedDomains");
      if (condition?.status !== "True") throw new Error("none yet");
      return condition;
    });
    expect(found.message).toContain(`default/lost (${uid})`);
    expect(cluster.host().machines.get(uid)?.domain?.state).toBe("running");
  });
});

describe("a hypervisor", () => {
  it("asked to go waits for its instances, names them, and goes with its node", async () => {
    const { node } = await cluster.one();
    await cluster.image();
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    await cluster.hypervisor("host-1", {}, { deletionTimestamp: "2030-01-01T00:00:00Z" });
    await eventually(async () => {
      const ready = await cluster.hostCondition("host-1", "Ready");
      return ready?.reason === "InUse" && ready.message.includes("default/web-1");
    });
    expect(cluster.host().machines.get(uid)?.domain?.state).toBe("running");
    await cluster.delete("web-1");
    await cluster.gone("web-1");
    await node.stop();
    await eventually(async () => (await cluster.keys("status/cluster/hypervisors/")).length === 0);
    expect(await cluster.keys("placement/providers/")).toEqual([]);
    expect(await cluster.keys("observed/host-1/")).toEqual([]);
  });

  it("stays while an instance is bound to it, though the assignment was lost", async () => {
    const { controllers, node } = await cluster.one();
    await cluster.image();
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    await node.stop();
    await controllers.stop();
    // Without its image the assignment cannot be written again.
    await cluster.remove(`assigned/host-1/instances/${uid}`, ...(await cluster.keys("status/cluster/images/")));
    await cluster.remove("spec/cluster/images/tiny");
    await cluster.controllers();
    await cluster.hypervisor("host-1", {}, { deletionTimestamp: "2030-01-01T00:00:00Z" });
    const { message } = await eventually(async () => {
      const ready = await cluster.hostCondition("host-1", "Ready");
      if (ready?.reason !== "InUse") throw new Error(JSON.stringify(ready ?? null));
      return ready;
    });
    expect(message).toContain("default/web-1");
    expect(await cluster.keys("placement/providers/")).toHaveLength(1);
  });
});
