import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { E2eCluster, HOST } from "../support/e2e-cluster.ts";
import {
  addressOf,
  conditionOf,
  imageYaml,
  inGuest,
  instanceYaml,
  makeSshKey,
  qemuPid,
  type SshKey,
  whenCondition,
  whenReady,
  whenRunning,
} from "../support/e2e-guest.ts";
import { haltingImage } from "../support/e2e-images.ts";
import { eventually } from "../support/eventually.ts";

/** Those that nobody may touch; `plain` halts at once, because a boot costs seconds of processor. */
const DOMAINS = ["default.always", "default.plain"] as const;
let cluster: E2eCluster;
let key: SshKey;
let halting: readonly string[];

beforeAll(async () => {
  cluster = await E2eCluster.start({ leaseTtl: "4s" });
  key = await makeSshKey(cluster.dir);
  halting = [await haltingImage(cluster), "terminationGracePeriodSeconds: 0"];
  const keys = `sshKeys: [${key.publicKey}]`;
  const rerun = instanceYaml("rerun", keys, "runStrategy: RerunOnFailure");
  const plain = instanceYaml("plain", ...halting);
  await cluster.apply(imageYaml(cluster) + instanceYaml("always", keys) + rerun + plain);
  await Promise.all([whenReady(cluster, "always"), whenReady(cluster, "rerun"), whenRunning(cluster, "plain")]);
});
afterAll(() => cluster?.finish());

const pids = () => Promise.all(DOMAINS.map((domain) => qemuPid(cluster, domain)));
const anotherRun = (domain: string, than: number) =>
  eventually(async () => (await qemuPid(cluster, domain)) !== than, { deadlineMs: 30_000, everyMs: 100 });
const hostCondition = (wanted: string) =>
  eventually(
    async () => {
      const condition = conditionOf(await cluster.object("hypervisor", HOST), "Ready");
      if (`${condition?.status}/${condition?.reason}` === wanted) return true;
      throw new Error(`Ready is ${JSON.stringify(condition)}`);
    },
    { deadlineMs: 30_000, everyMs: 200 },
  );

describe("behind our back", () => {
  it("a domain that was destroyed is started again", async () => {
    const [always, plain] = await pids();
    await cluster.virsh("destroy", "default.plain");
    await anotherRun("default.plain", plain ?? 0);
    await whenRunning(cluster, "plain");
    expect(await qemuPid(cluster, "default.always")).toBe(always);
  });

  it("a domain that was undefined runs on and is defined again", async () => {
    const before = await pids();
    const uid = await cluster.virsh("domuuid", "default.plain");
    await cluster.virsh("undefine", "default.plain");
    await eventually(async () => /Persistent: +yes/.test(await cluster.virsh("dominfo", "default.plain")), {
      deadlineMs: 20_000,
    });
    expect(await pids()).toEqual(before);
    expect(await cluster.virsh("domuuid", "default.plain")).toBe(uid);
  });

  it("a domain that was destroyed and undefined comes back with its disk", async () => {
    const ip = addressOf(await whenReady(cluster, "always"));
    await inGuest(cluster, key, ip, "echo kept >/data/word; sync");
    const pid = await qemuPid(cluster, "default.always");
    await cluster.virsh("destroy", "default.always");
    await cluster.virsh("undefine", "default.always").catch(() => {});
    await anotherRun("default.always", pid);
    expect(await inGuest(cluster, key, ip, "cat /data/word")).toBe("kept\n");
  });
});

describe("the guest's own poweroff", () => {
  it("is final for RerunOnFailure, shown as what it is, until somebody starts it", async () => {
    const ip = addressOf(await whenReady(cluster, "rerun"));
    await inGuest(cluster, key, ip, "(sleep 0.2; poweroff) >/dev/null 2>&1 &");
    const instance = await whenCondition(cluster, "rerun", ["Ready", "False/GuestShutdown"]);
    expect(instance.status?.phase).toBe("Stopped");
    expect(await cluster.virsh("domstate", "default.rerun")).toBe("shut off");
    await cluster.vmctlOk("start", "instance/rerun");
    await whenRunning(cluster, "rerun");
    expect(await cluster.virsh("domstate", "default.rerun")).toBe("running");
    await cluster.vmctlOk("delete", "instance", "rerun", "--now", "--timeout=30s");
  });

  it("is a restart for Always", async () => {
    const ip = addressOf(await whenReady(cluster, "always"));
    const pid = await qemuPid(cluster, "default.always");
    await inGuest(cluster, key, ip, "(sleep 0.2; poweroff) >/dev/null 2>&1 &");
    await anotherRun("default.always", pid);
    const instance = await whenReady(cluster, "always");
    expect(instance.status?.restarts).toBeGreaterThan(0);
  });
});

describe("libvirtd", () => {
  it("restarts under running guests, and work goes on", async () => {
    const before = await pids();
    await cluster.libvirt.kill();
    await cluster.apply(instanceYaml("later", ...halting));
    await cluster.libvirt.resume();
    await whenRunning(cluster, "later");
    expect(await pids()).toEqual(before);
    await cluster.vmctlOk("delete", "instance", "later", "--now", "--timeout=30s");
  });
});

describe("the node controller", () => {
  it("leaves its guests running when it is ended, says so, and takes no new work", async () => {
    const before = await pids();
    expect(await cluster.node.terminate()).toBe(0);
    await hostCondition("False/Shutdown");
    expect(await pids()).toEqual(before);
    await cluster.apply(instanceYaml("waiting", "runStrategy: Halted"));
    await whenCondition(cluster, "waiting", ["Scheduled", "False/NoCapacity"]);
  });

  it("adopts what runs when it is back, and takes the work that waited", async () => {
    const before = await pids();
    cluster.node.start();
    await hostCondition("True/Serving");
    await whenCondition(cluster, "waiting", ["Scheduled", "True/Bound"]);
    expect(await pids()).toEqual(before);
    await cluster.vmctlOk("delete", "instance", "waiting", "--now", "--timeout=30s");
  });

  it("is missed after a crash; the guests are not", async () => {
    const before = await pids();
    await cluster.node.kill();
    await hostCondition("Unknown/HostSilent");
    expect(conditionOf(await cluster.object("instance", "always"), "Ready")?.status).toBe("Unknown");
    cluster.node.start();
    await hostCondition("True/Serving");
    await whenReady(cluster, "always");
    expect(await pids()).toEqual(before);
  });

  it("cannot run twice on one libvirt", async () => {
    const { code, stdout, stderr } = await cluster.secondNode();
    expect(code).toBe(1);
    expect(stdout + stderr).toContain("another vmctl node already drives");
  });
});
