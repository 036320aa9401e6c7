import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  await cluster.one({ simulated: { capacity: { vcpu: 8, memory: 4 * 2 ** 30, disk: 200 * 2 ** 30 } } });
  await cluster.image();
});
afterEach(() => cluster.stop());

const RESTART = "compute.vmctl/restart";
const RECREATE = "compute.vmctl/recreate";
const POWER = "compute.vmctl/power";

const machine = (uid: string) => {
  const found = cluster.host().machines.get(uid);
  if (!found) throw new Error(`no machine ${uid}`);
  return found;
};
const used = async (): Promise<Record<string, number>> => {
  const [key = ""] = await cluster.keys("placement/usage/");
  return (await cluster.read<{ used: Record<string, number> }>(key))?.used ?? {};
};

async function started(spec: object = {}, annotations?: Record<string, string>): Promise<string> {
  const uid = await cluster.instance("web-1", spec, annotations ? { annotations } : {});
  await cluster.running("web-1");
  return uid;
}

describe("a change of image", () => {
  it("to one that is not there leaves all as it is, until it comes", async () => {
    const uid = await started();
    await cluster.respec("web-1", { image: { name: "new" }, description: "changed" });
    const { message } = await cluster.until("web-1", "Accepted", "False", "Invalid");
    expect(message).toBe('spec.image: Image "new" does not exist');
    expect((await cluster.assigned(uid))?.machine.image.name).toBe("tiny");
    await cluster.image("new", { source: { url: "http://images/other" } });
    await cluster.until("web-1", "Accepted", "True");
    await cluster.until("web-1", "RecreateRequired", "True");
  });
});

describe("a change of size", () => {
  it("is booked at once, waits for a restart, and lists what waits", async () => {
    const uid = await started();
    await cluster.respec("web-1", { resources: { vcpu: 4, memory: "1Gi", disk: "3Gi" }, hostname: "other" });
    const { message } = await cluster.until("web-1", "RestartRequired", "True");
    expect(message).toBe("spec.resources.vcpu, spec.resources.memory, spec.resources.disk, spec.hostname");
    expect(await used()).toEqual({ VCPU: 4, MEMORY_MB: 1024, DISK_GB: 3 });
    expect((await cluster.hostStatus())?.allocated?.vcpu).toBe(4);
    expect(machine(uid).domain?.machine.vcpu).toBe(1);
    await cluster.annotate("web-1", { [RESTART]: "1" });
    await cluster.until("web-1", "RestartRequired", "False");
    await cluster.running("web-1");
    expect(machine(uid)).toMatchObject({ disk: 3 * 2 ** 30, domain: { machine: { vcpu: 4, memory: 2 ** 30 } } });
  });

  it("that shrinks keeps its booking until the guest has let go", async () => {
    const uid = await started({ resources: { vcpu: 4, memory: "1Gi" } });
    await cluster.respec("web-1", { resources: { vcpu: 1, memory: "512Mi" } });
    await cluster.until("web-1", "RestartRequired", "True");
    expect(await used()).toMatchObject({ VCPU: 4, MEMORY_MB: 1024 });
    await cluster.annotate("web-1", { [RESTART]: "1" });
    await eventually(async () => (await used())["VCPU"] === 1);
    expect(await used()).toMatchObject({ VCPU: 1, MEMORY_MB: 512 });
    expect(machine(uid).domain?.machine.vcpu).toBe(1);
  });

  it("that finds no room leaves the size, carries on the rest, and is taken up when room appears", async () => {
    await cluster.instance("other", { resources: { memory: "1536Mi" } });
    await cluster.running("other");
    const uid = await started();
    await cluster.respec("web-1", { resources: { memory: "3Gi" }, sshKeys: ["ssh-ed25519 AAAA me"] });
    const { message } = await cluster.until("web-1", "Allocated", "False", "NoCapacity");
    expect(message).toContain("MEMORY_MB");
    expect((await cluster.assigned(uid))?.machine.memory).toBe(512 * 2 ** 20);
    expect((await cluster.assigned(uid))?.guest.sshKeys).toEqual(["ssh-ed25519 AAAA me"]);
    expect(await used()).toMatchObject({ MEMORY_MB: 2048 });
    expect(machine(uid).domain?.state).toBe("running");
    await cluster.delete("other");
    await cluster.until("web-1", "Allocated", "True");
    expect((await cluster.assigned(uid))?.machine.memory).toBe(3 * 2 ** 30);
  });
});

describe("what the guest reads once", () => {
  it("waits for a recreate and is named", async () => {
    const uid = await started();
    const before = machine(uid).seed?.instanceId;
    await cluster.respec("web-1", { sshKeys: ["ssh-ed25519 AAAA me"], cloudInit: { userData: "#!/bin/true" } });
    const { message } = await cluster.until("web-1", "GuestConfigApplied", "False", "NeedsRecreate");
    expect(message).toBe("spec.cloudInit.userData, spec.sshKeys");
    expect(machine(uid).domain?.state).toBe("running");
    await cluster.annotate("web-1", { [RECREATE]: "1" });
    await cluster.until("web-1", "GuestConfigApplied", "True");
    await cluster.running("web-1");
    expect(machine(uid).seed).toMatchObject({ userData: "#!/bin/true", sshKeys: ["ssh-ed25519 AAAA me"] });
    expect(machine(uid).seed?.instanceId).not.toBe(before);
  });

  it("is carried out at once with updatePolicy OnChange", async () => {
    const uid = await started({ updatePolicy: { recreate: "OnChange" } });
    const before = machine(uid).seed?.instanceId;
    await cluster.respec("web-1", { sshKeys: ["ssh-ed25519 AAAA me"] });
    await eventually(() => machine(uid).seed?.instanceId !== before && machine(uid).domain?.state === "running");
    await cluster.running("web-1");
    expect((await cluster.condition("web-1", "GuestConfigApplied"))?.status).toBe("True");
  });
});

describe("power", () => {
  const off = (uid: string) => eventually(() => machine(uid).domain?.state === "shutoff");
  const on = (uid: string) => eventually(() => machine(uid).domain?.state === "running");

  it("Always: stop and start by the annotation; a poweroff of the guest is shown and it comes back", async () => {
    const uid = await started();
    await cluster.annotate("web-1", { [POWER]: "Off" });
    await off(uid);
    await cluster.until("web-1", "Ready", "False", "Requested");
    expect((await cluster.status("web-1"))?.phase).toBe("Stopped");
    await cluster.annotate("web-1", { [POWER]: "On" });
    await on(uid);
    await cluster.running("web-1");
    cluster.host().end(uid, "GuestShutdown");
    const { message } = await cluster.until("web-1", "Ready", "False", "GuestShutdown");
    expect(message).toMatch(/^the guest powered itself off; next start at /);
    await cluster.running("web-1");
    expect((await cluster.status("web-1"))?.restarts).toBe(1);
  });

  it("Halted: off while it stays so", async () => {
    const uid = await started();
    await cluster.respec("web-1", { runStrategy: "Halted" });
    await off(uid);
    await cluster.respec("web-1", { runStrategy: "Always" });
    await on(uid);
  });

  it("Manual: only by start", async () => {
    const uid = await cluster.instance("web-1", { runStrategy: "Manual" });
    await cluster.until("web-1", "Ready", "False", "NeverStarted");
    expect(cluster.host().machines.get(uid)?.domain?.state).not.toBe("running");
    await cluster.annotate("web-1", { [POWER]: "On" });
    await cluster.running("web-1");
    cluster.host().end(uid, "Crashed");
    await cluster.until("web-1", "Ready", "False", "Crashed");
    expect(machine(uid).domain?.state).toBe("crashed");
  });

  it("RerunOnFailure: after a crash, not after the guest's own poweroff", async () => {
    const uid = await started({ runStrategy: "RerunOnFailure" });
    cluster.host().end(uid, "Crashed");
    await eventually(() => machine(uid).domain?.tags.restarts === 1 && machine(uid).domain?.state === "running");
    await cluster.running("web-1");
    cluster.host().end(uid, "GuestShutdown");
    const { message } = await cluster.until("web-1", "Ready", "False", "GuestShutdown");
    expect(message).toBe("the guest powered itself off");
  });

  it("Once: never a second time", async () => {
    const uid = await started({ runStrategy: "Once" });
    cluster.host().end(uid, "Crashed");
    await cluster.until("web-1", "Ready", "False", "Crashed");
    expect(machine(uid).domain?.state).toBe("crashed");
  });

  it("a restart that nobody asked twice for happens once", async () => {
    const uid = await started();
    const before = machine(uid).domain?.tags.restartToken;
    await cluster.annotate("web-1", { [RESTART]: "t-1" });
    await eventually(
      () => machine(uid).domain?.tags.restartToken !== before && machine(uid).domain?.state === "running",
    );
    await cluster.running("web-1");
    const stops: string[] = [];
    const stop = cluster.host().listen(({ kind }) => stops.push(kind));
    await cluster.nodes.get("host-1")?.resync();
    await cluster.nodes.get("host-1")?.idle();
    stop();
    expect(stops).toEqual([]);
  });

  it("a domain undefined behind our back runs on and is defined again", async () => {
    const uid = await started();
    cluster.host().undefine(uid);
    await eventually(() => machine(uid).domain?.persistent === true);
    expect(machine(uid).domain?.state).toBe("running");
  });
});
