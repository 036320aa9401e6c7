import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunningControllers } from "../../../controllers/start-controllers.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster, objectOf, specOf, statusOf } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
let controllers: RunningControllers;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  ({ controllers } = await cluster.one({
    simulated: { capacity: { vcpu: 8, memory: 8 * 2 ** 30, disk: 200 * 2 ** 30 } },
  }));
  await cluster.image();
});
afterEach(() => cluster.stop());

const SPEC = "spec/cluster/flavors/small";
const SMALL = { resources: { vcpu: 2, memory: "1Gi", disk: "4Gi" } };
const make = () => cluster.put(SPEC, objectOf("Flavor", { name: "small" }, SMALL));

async function rewrite(spec: object): Promise<void> {
  const old = await cluster.read<{ metadata: { generation: number } }>(SPEC);
  const metadata = { ...old?.metadata, generation: (old?.metadata.generation ?? 0) + 1 };
  await cluster.put(SPEC, { ...old, metadata, spec });
}
const used = async (): Promise<Record<string, number> | undefined> => {
  const [key = ""] = await cluster.keys("placement/usage/");
  return (await cluster.read<{ used: Record<string, number> }>(key))?.used;
};
const whileAway = async (work: () => Promise<unknown>) => {
  await controllers.stop();
  await work();
  controllers = await cluster.controllers();
};
const machineOf = async (uid: string) => (await cluster.assigned(uid))?.machine;

describe("an instance that names a flavor", () => {
  it("has its size, books it, and what it says itself counts more", async () => {
    await make();
    const uid = await cluster.instance("web-1", { flavor: "small", resources: { memory: "512Mi" } });
    await cluster.running("web-1");
    expect(await machineOf(uid)).toMatchObject({ vcpu: 2, memory: 512 * 2 ** 20, disk: 4 * 2 ** 30 });
    expect(await used()).toEqual({ VCPU: 2, MEMORY_MB: 512, DISK_GB: 4 });
    expect((await cluster.status("web-1"))?.resources).toEqual({ vcpu: 2, memory: "512Mi", disk: "4Gi" });
  });

  it("waits for one that is not there, and starts when it comes", async () => {
    await cluster.instance("web-1", { flavor: "small" });
    const { message } = await cluster.until("web-1", "Scheduled", "False", "FlavorNotFound");
    expect(message).toBe('Flavor "small" does not exist');
    await make();
    await cluster.running("web-1");
  });

  it("needs the traits of both", async () => {
    await cluster.hypervisor("host-1", { traits: ["CUSTOM_A", "CUSTOM_B"] });
    await eventually(async () => (await cluster.keys("placement/")).length > 0);
    await cluster.put(SPEC, objectOf("Flavor", { name: "small" }, { traits: { forbidden: ["CUSTOM_A"] } }));
    await cluster.instance("web-1", { flavor: "small", traits: { required: ["CUSTOM_B"] } });
    await cluster.until("web-1", "Scheduled", "False", "NoCapacity");
    await rewrite({ traits: { required: ["CUSTOM_A"] } });
    await cluster.running("web-1");
  });

  it("keeps what it was made with, and says what would be new", async () => {
    await make();
    const uid = await cluster.instance("web-1", { flavor: "small" });
    await cluster.running("web-1");
    await rewrite({ resources: { ...SMALL.resources, vcpu: 4 } });
    const { message } = await cluster.until("web-1", "FlavorCurrent", "False", "FlavorChanged");
    expect(message).toContain("spec.resources.vcpu: 2 -> 4");
    await cluster.respec("web-1", { description: "changed" });
    await eventually(async () => (await cluster.status("web-1"))?.observedGeneration === 2);
    expect(await machineOf(uid)).toMatchObject({ vcpu: 2 });
    await rewrite(SMALL);
    await cluster.until("web-1", "FlavorCurrent", "True");
    await rewrite({ ...SMALL, description: "for everybody" });
    await cluster.respec("web-1", { description: "again" });
    await eventually(async () => (await cluster.status("web-1"))?.observedGeneration === 3);
    expect((await cluster.condition("web-1", "FlavorCurrent"))?.status).toBe("True");
    await rewrite({ resources: { ...SMALL.resources, vcpu: 4 } });
    await cluster.until("web-1", "FlavorCurrent", "False");
    await cluster.remove(specOf("web-1"));
    await cluster.until("web-1", "Accepted", "False", "SpecMissing");
    expect((await cluster.condition("web-1", "FlavorCurrent"))?.status).toBe("False");
  });

  it("follows when it says so: the growth is booked and waits for a restart", async () => {
    await make();
    const uid = await cluster.instance("web-1", { flavor: "small", updatePolicy: { flavor: "OnChange" } });
    await cluster.running("web-1");
    await rewrite({ resources: { ...SMALL.resources, vcpu: 4 } });
    const { message } = await cluster.until("web-1", "RestartRequired", "True");
    expect(message).toBe("spec.resources.vcpu");
    expect(await machineOf(uid)).toMatchObject({ vcpu: 4 });
    expect(await used()).toMatchObject({ VCPU: 4 });
  });

  it("gives back what a followed shrinking frees only when the guest has let go", async () => {
    await make();
    const uid = await cluster.instance("web-1", { flavor: "small", updatePolicy: { flavor: "OnChange" } });
    await cluster.running("web-1");
    const before = (await cluster.assigned(uid))?.specRevision;
    await rewrite({ resources: { ...SMALL.resources, vcpu: 1 } });
    await cluster.until("web-1", "RestartRequired", "True");
    // Or the host's last word would pass for one about this.
    expect((await cluster.assigned(uid))?.specRevision).toBeGreaterThan(before ?? 0);
    expect(await used()).toMatchObject({ VCPU: 2 });
    await cluster.annotate("web-1", { "compute.vmctl/restart": "1" });
    await eventually(async () => (await used())?.["VCPU"] === 1);
  });

  it("follows no smaller disk and nothing that decides where it runs", async () => {
    await make();
    const uid = await cluster.instance("web-1", { flavor: "small", updatePolicy: { flavor: "OnChange" } });
    await cluster.running("web-1");
    await rewrite({ resources: { ...SMALL.resources, vcpu: 4, disk: "3Gi" } });
    const { message } = await cluster.until("web-1", "FlavorCurrent", "False");
    expect(message).toContain("spec.resources.disk: 4Gi -> 3Gi");
    expect(await machineOf(uid)).toMatchObject({ vcpu: 2, disk: 4 * 2 ** 30 });
    await rewrite({ ...SMALL, traits: { required: ["HW_CPU_X86_VMX"] } });
    await eventually(async () => (await cluster.condition("web-1", "FlavorCurrent"))?.message.includes("spec.traits"));
    expect((await cluster.condition("web-1", "Ready"))?.status).toBe("True");
  });
});

describe("a bound instance", () => {
  it("takes another flavor if it can", async () => {
    await make();
    await cluster.put(
      "spec/cluster/flavors/big",
      objectOf("Flavor", { name: "big" }, { resources: { vcpu: 4, disk: "8Gi" } }),
    );
    await cluster.put(
      "spec/cluster/flavors/tiny",
      objectOf("Flavor", { name: "tiny" }, { resources: { disk: "1Gi" } }),
    );
    const uid = await cluster.instance("web-1", { flavor: "small" });
    await cluster.running("web-1");
    await cluster.respec("web-1", { flavor: "tiny" });
    const { message } = await cluster.until("web-1", "Accepted", "False", "Invalid");
    expect(message).toBe(
      "spec.flavor: tiny has a smaller disk (1Gi) than the instance (4Gi): disks only grow; set spec.resources.disk",
    );
    expect(await machineOf(uid)).toMatchObject({ vcpu: 2, disk: 4 * 2 ** 30 });
    await cluster.respec("web-1", { flavor: "big" });
    await cluster.until("web-1", "RestartRequired", "True");
    expect(await machineOf(uid)).toMatchObject({ vcpu: 4, disk: 8 * 2 ** 30 });
    await cluster.respec("web-1", { flavor: undefined });
    await cluster.until("web-1", "Accepted", "False", "Invalid");
    expect(await machineOf(uid)).toMatchObject({ vcpu: 4, disk: 8 * 2 ** 30 });
  });

  it("keeps its flavor when that is gone from etcd", async () => {
    await make();
    const uid = await cluster.instance("web-1", { flavor: "small" });
    await cluster.running("web-1");
    await cluster.remove(SPEC, "status/cluster/flavors/small");
    await cluster.respec("web-1", { description: "changed" });
    await eventually(async () => (await cluster.status("web-1"))?.observedGeneration === 2);
    expect(await machineOf(uid)).toMatchObject({ vcpu: 2, disk: 4 * 2 ** 30 });
  });

  it("keeps it when its assignment is lost while it names one that is not there", async () => {
    await make();
    const uid = await cluster.instance("web-1", { flavor: "small" });
    await cluster.running("web-1");
    await whileAway(async () => {
      await cluster.remove(`assigned/host-1/instances/${uid}`);
      await cluster.respec("web-1", { flavor: "none" });
    });
    await cluster.until("web-1", "Accepted", "False", "Invalid");
    expect(await machineOf(uid)).toMatchObject({ vcpu: 2, disk: 4 * 2 ** 30 });
  });

  const OTHER = { resources: { vcpu: 1, memory: "1Gi", disk: "3Gi" } };
  it.each<readonly [string, string, object | undefined]>([
    ["status", "is gone", undefined],
    ["status", "is another by now", OTHER],
    ["status", "is the same", SMALL],
    ["binding", "is another by now", OTHER],
  ])("whose %s is lost stays as its host was told when its flavor %s", async (lost, _what, says) => {
    await make();
    const spec = { flavor: "small", updatePolicy: { recreate: "OnChange" } };
    const uid = await cluster.instance("web-1", spec);
    await cluster.running("web-1");
    const before = { machine: await machineOf(uid), startedAt: cluster.host().machines.get(uid)?.domain?.startedAt };
    await whileAway(async () => {
      if (says) await rewrite(says);
      else await cluster.remove(SPEC);
      if (lost === "binding")
        await cluster.put(statusOf("web-1"), { ...(await cluster.record("web-1")), binding: undefined });
      else await cluster.remove(...(await cluster.keys("status/")));
    });
    await cluster.running("web-1");
    await cluster.respec("web-1", { description: "changed" });
    await eventually(async () => (await cluster.status("web-1"))?.observedGeneration === 2);
    await controllers.idle();
    const domain = cluster.host().machines.get(uid)?.domain;
    expect({ machine: await machineOf(uid), startedAt: domain?.startedAt }).toEqual(before);
    expect(await used()).toEqual({ VCPU: 2, MEMORY_MB: 1024, DISK_GB: 4 });
  });
});

it("a flavor in deletion waits for the last that names it", async () => {
  await make();
  await cluster.instance("web-1", { flavor: "small" });
  await cluster.running("web-1");
  const stored = await cluster.read<{ metadata: object }>(SPEC);
  await cluster.put(SPEC, { ...stored, metadata: { ...stored?.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" } });
  await eventually(async () =>
    JSON.stringify(await cluster.read("status/cluster/flavors/small")).includes("instance default/web-1"),
  );
  await cluster.delete("web-1");
  await eventually(async () => (await cluster.keys("spec/cluster/flavors/")).length === 0);
});
