import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Image } from "../../../resources/image.ts";
import { objectTail } from "../../../resources/keys.ts";
import { ANNOTATION } from "../../../resources/meta.ts";
import { Namespace } from "../../../resources/namespace.ts";
import type { Store } from "../../../store/store.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster, statusOf } from "../support/cluster.ts";
import { Crowd, namesOf } from "../support/crowd.ts";
import { Gate, storeWith } from "../support/gates.ts";
import { Objects } from "../support/objects.ts";

const server = sharedEtcd();
let cluster: Cluster;
let objects: Objects;
let crowd: Crowd;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  objects = new Objects(cluster);
  crowd = new Crowd(cluster);
  await cluster.image();
});
afterEach(() => cluster.stop());

const GIB = 2 ** 30;
const PATIENCE = { deadlineMs: 15_000, everyMs: 50 };

/** Holds back whatever writes under a prefix, until the gate is opened. */
const heldBack = (prefix: string, gate: Gate): Store =>
  storeWith(cluster.store, ({ writes }) => {
    if (writes.some(({ key }) => key.startsWith(prefix))) return gate.pass();
  });

describe("a batch", () => {
  it("binds many in few transactions, and spreads them over the hosts", async () => {
    await cluster.controllers();
    await crowd.hosts(4);
    const names = namesOf(24);
    await crowd.instances(names, {});
    await crowd.settled(names);
    await eventually(async () => (await crowd.hostsOf(names)).length === names.length, PATIENCE);
    const perHost = new Map<string, number>();
    for (const host of await crowd.hostsOf(names)) perHost.set(host ?? "", (perHost.get(host ?? "") ?? 0) + 1);
    expect([...perHost.values()].sort()).toEqual([6, 6, 6, 6]);
    const entries = await Promise.all((await cluster.keys("uids/")).map((key) => cluster.store.get(key)));
    const admissions = new Set(entries.map((entry) => entry?.createRevision));
    // Four hosts, an image, a namespace, and the instances.
    expect(admissions.size).toBeLessThan(6 + names.length / 2);
  });

  it("loses the one that changed meanwhile and binds the others at once", async () => {
    const gate = new Gate();
    await cluster.controllers({ store: heldBack("placement/allocations/", gate) });
    await crowd.hosts(1);
    const names = namesOf(6);
    await crowd.instances(names, {});
    await gate.reached;
    await cluster.respec("web-5", { resources: { vcpu: 2, memory: "512Mi", disk: "2Gi" } });
    gate.open();
    await eventually(async () => (await crowd.hostsOf(names)).length === names.length, PATIENCE);
    const uid = (await cluster.record("web-5"))?.uid ?? "";
    expect((await cluster.assigned(uid, "host-0"))?.machine.vcpu).toBe(2);
  });
});

describe("required antiAffinity", () => {
  const apart = { antiAffinity: [{ labelSelector: { matchLabels: { app: "web" } } }] };

  it("is kept by four schedulers that decide at once", { timeout: 60_000 }, async () => {
    await crowd.schedulers(4);
    await crowd.hosts(12);
    const names = namesOf(15);
    await crowd.instances(names, apart, { app: "web" });
    await crowd.settled(names);
    await eventually(async () => (await crowd.hostsOf(names)).length === 12, PATIENCE);
    const bound = await crowd.hostsOf(names);
    expect(new Set(bound).size).toBe(bound.length);
    const told = (await Promise.all(names.map((name) => cluster.condition(name, "Scheduled")))).filter(
      (condition) => condition?.status === "False",
    );
    expect(told).toHaveLength(3);
    expect(told[0]?.message).toContain("12 anti-affinity to app=web by host");
  });

  it("keeps away those that come without a wish of their own, also at the same time", async () => {
    await crowd.schedulers(3);
    await crowd.hosts(3);
    await Promise.all([crowd.instances(["alone"], apart), crowd.instances(namesOf(2), {}, { app: "web" })]);
    await eventually(async () => (await crowd.hostsOf(["alone", ...namesOf(2)])).length === 3, PATIENCE);
    expect(await crowd.hostsOf(namesOf(2))).not.toContain(await crowd.hostOf("alone"));
  });
});

describe("a quota", () => {
  it("is kept by four schedulers, told in numbers, and given again", { timeout: 60_000 }, async () => {
    await crowd.schedulers(4);
    await crowd.hosts(2);
    const tail = objectTail(Namespace, undefined, "default");
    await objects.respec(tail, { quota: { vcpu: 5, memory: "3Gi" } });
    await eventually(async () => (await objects.record(tail))?.accepted?.generation === 2);
    const names = namesOf(9);
    await crowd.instances(names, { resources: { vcpu: 1, memory: "512Mi", disk: "1Gi" } });
    await crowd.settled(names);
    expect(await crowd.hostsOf(names)).toHaveLength(5);
    const waiting = await Promise.all(names.map(async (name) => ((await crowd.hostOf(name)) ? [] : [name])));
    const [first = ""] = waiting.flat();
    const condition = await cluster.condition(first, "Scheduled");
    expect(condition).toMatchObject({ status: "False", reason: "QuotaExceeded" });
    expect(condition?.message).toContain("vcpu: 1 asked, 5 of 5 taken");
    await objects.respec(tail, { quota: { vcpu: 7, memory: "3Gi" } });
    // Memory is short then: 6 × 512 MiB.
    await eventually(async () => (await crowd.hostsOf(names)).length === 6, PATIENCE);
    await cluster.delete(names.find((name) => !waiting.flat().includes(name)) ?? "");
    await eventually(async () => (await crowd.hostsOf(waiting.flat())).length === 2, PATIENCE);
  });
});

describe("a quota of what has a host already", () => {
  it("holds a growth back, and gives it when it is raised", async () => {
    await cluster.controllers();
    await crowd.hosts(1);
    const tail = objectTail(Namespace, undefined, "default");
    await crowd.instances(["web-0", "web-1"], {});
    await cluster.running("web-0");
    await objects.respec(tail, { quota: { memory: "2Gi" } });
    await eventually(async () => (await objects.record(tail))?.accepted?.generation === 2);
    await cluster.respec("web-0", { resources: { vcpu: 1, memory: "2Gi", disk: "2Gi" } });
    const { message } = await cluster.until("web-0", "Allocated", "False", "NoCapacity");
    expect(message).toContain("memory: 1536 MiB asked, 1024 of 2048 taken");
    const uid = (await cluster.record("web-0"))?.uid ?? "";
    expect((await cluster.assigned(uid, "host-0"))?.machine.memory).toBe(512 * 2 ** 20);
    await objects.respec(tail, { quota: { memory: "3Gi" } });
    await cluster.until("web-0", "Allocated", "True");
    expect((await cluster.assigned(uid, "host-0"))?.machine.memory).toBe(2 * GIB);
  });
});

describe("priority", () => {
  it("decides who takes the room that comes free", async () => {
    await cluster.controllers();
    await crowd.hosts(1, { vcpu: 8, memory: 3 * GIB, disk: 200 * GIB });
    await crowd.instances(["first"], { resources: { vcpu: 1, memory: "2Gi", disk: "1Gi" } });
    await cluster.running("first");
    await crowd.instances(["low"], { priority: 1, resources: { vcpu: 1, memory: "2Gi", disk: "1Gi" } });
    await crowd.settled(["low"]);
    await crowd.instances(["high"], { priority: 10, resources: { vcpu: 1, memory: "2Gi", disk: "1Gi" } });
    await crowd.settled(["high"]);
    await cluster.delete("first");
    await cluster.running("high");
    expect(await crowd.hostOf("low")).toBeUndefined();
  });

  it("holds up nothing that fits", async () => {
    await cluster.controllers();
    await crowd.hosts(1, { vcpu: 8, memory: 3 * GIB, disk: 200 * GIB });
    await crowd.instances(["large"], { priority: 10, resources: { vcpu: 1, memory: "64Gi", disk: "1Gi" } });
    await crowd.settled(["large"]);
    await crowd.instances(["small"], { resources: { vcpu: 1, memory: "512Mi", disk: "1Gi" } });
    await cluster.running("small");
  });
});

describe("what it names", () => {
  it("may come after the instance, and be admitted later still", async () => {
    const gate = new Gate();
    await cluster.controllers({ store: heldBack("status/cluster/images/", gate) });
    await crowd.hosts(1);
    await gate.reached;
    // The default Image, which nobody names.
    await objects.remeta(objectTail(Image, undefined, "tiny"), { annotations: { [ANNOTATION.defaultImage]: "true" } });
    const names = namesOf(3);
    await crowd.instances(names, { image: undefined });
    // Decided by now, without the Image's admission: what is put last is decided last.
    await cluster.instance("last", {
      image: { source: { url: "http://images/x" }, checksum: `sha256:${"1".repeat(64)}` },
    });
    await eventually(async () => (await crowd.hostOf("last")) !== undefined, PATIENCE);
    gate.open();
    await eventually(async () => (await crowd.hostsOf(names)).length === 3, PATIENCE);
  });
});

describe("a scheduler that stood still between its look and its write", () => {
  it("binds nothing that another bound, or a cordon or a delete took away", async () => {
    const gate = new Gate();
    await cluster.controllers({ store: heldBack("placement/allocations/", gate) });
    await crowd.hosts(2);
    await crowd.instances(["web-0"], {});
    await gate.reached;
    await cluster.hypervisor("host-0", { unschedulable: true });
    await cluster.hypervisor("host-1", { unschedulable: true });
    gate.open();
    await eventually(async () => (await cluster.condition("web-0", "Scheduled"))?.status === "False", PATIENCE);
    expect(await crowd.hostOf("web-0")).toBeUndefined();
    expect(await cluster.keys("placement/allocations/")).toEqual([]);
    expect(await cluster.read(statusOf("web-0"))).not.toHaveProperty("binding");
  });
});
