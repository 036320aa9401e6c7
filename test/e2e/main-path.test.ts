import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { E2eCluster, type E2eObject, HOST } from "../support/e2e-cluster.ts";
import { listKeys } from "../support/e2e-etcd.ts";
import {
  addressOf,
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
import { allocationsOf, keysAbout } from "../support/e2e-leaks.ts";
import { revisionsOf } from "../support/e2e-revisions.ts";
import { eventually } from "../support/eventually.ts";

describe.each([{ engine: "embedded" }, { engine: "openstack" }])("with Placement $engine", ({ engine }) => {
  /** What Placement has no part in is tried with one of the two. */
  const onceOnly = (name: string, work: () => Promise<void>): void => {
    if (engine === "embedded") it(name, work);
  };
  let cluster: E2eCluster;
  let key: SshKey;
  let manifest: string;
  let instance: E2eObject;
  let ip: string;
  /** What etcd was written for the start and for the deletion. */
  let starting: readonly string[][];
  let deleting: readonly string[][];
  /** What a start writes is told for an image that the host has; with the other Placement it has to fetch it. */
  const isCached = engine === "embedded";

  /** Ready means that somebody is there: once, without trying again. */
  // The lease is there when DHCP acknowledged it; an emulated guest on a busy machine takes a moment more to use it.
  const answersNow = () => cluster.inNetwork("ping", "-c", "5", "-i", "0.5", "-W", "2", ip);

  beforeAll(async () => {
    cluster = await E2eCluster.start({ openstack: engine === "openstack" });
    key = await makeSshKey(cluster.dir);
    manifest = imageYaml(cluster) + instanceYaml("web-1", `sshKeys: [${key.publicKey}]`);
    if (isCached) await runOnce(cluster);
  });
  afterAll(() => cluster?.finish());

  it("boots a guest from a manifest, with an address that answers", async () => {
    starting = await revisionsOf(cluster, async () => {
      const said = `image/tiny ${isCached ? "unchanged" : "created"}\ninstance/web-1 created\n`;
      expect(await cluster.program.apply(manifest)).toBe(said);
      await cluster.program.ok("wait", "--for=condition=Ready", "instance/web-1", "--timeout=60s");
      instance = await whenReady(cluster, "web-1");
    });
    ip = addressOf(instance);
    await cluster.inNetwork("ping", "-c", "1", "-W", "5", ip);
    expect(await inGuest(cluster, key, ip, "hostname")).toBe("web-1\n");
    expect(await cluster.virsh("domuuid", "default.web-1")).toBe(instance.metadata.uid);
  });

  it("shows it as a list with status", async () => {
    const list = JSON.parse(await cluster.program.ok("get", "instances", "-o", "json"));
    expect(list).toMatchObject({
      kind: "List",
      items: [{ metadata: { name: "web-1" }, status: { phase: "Running", hypervisor: HOST } }],
    });
    expect(list.items).toHaveLength(1);
  });

  it("claims it in Placement under its uid", async () => {
    const { uid } = instance.metadata;
    if (cluster.placement) {
      expect(await allocationsOf(cluster.placement)).toEqual({
        [uid]: expect.objectContaining({ resources: { VCPU: 1, MEMORY_MB: 96, DISK_GB: 1 } }),
      });
    } else {
      const { keys } = await listKeys(cluster.etcd, "placement/allocations/");
      expect(keys.map((entry) => entry.key)).toEqual([`placement/allocations/${uid}`]);
    }
  });

  it("finds the same manifest unchanged and writes nothing", async () => {
    const before = await listKeys(cluster.etcd);
    expect(await cluster.apply(manifest)).toBe("image/tiny unchanged\ninstance/web-1 unchanged\n");
    const after = await listKeys(cluster.etcd);
    const beats = (list: typeof before): number =>
      list.keys.filter((entry) => entry.key.startsWith("alive/")).reduce((sum, { version }) => sum + version, 0);
    expect(after.revision - before.revision).toBe(beats(after) - beats(before));
  });

  onceOnly("takes a label in without touching the guest", async () => {
    const pid = await qemuPid(cluster, "default.web-1");
    const labelled = manifest.replace("{name: web-1}", "{name: web-1, labels: {app: shop}}");
    expect(await cluster.apply(labelled)).toBe("image/tiny unchanged\ninstance/web-1 configured\n");
    expect(await cluster.vmctlOk("get", "instances", "-l", "app=shop", "-o", "name")).toBe("instance/web-1\n");
    expect(await qemuPid(cluster, "default.web-1")).toBe(pid);
  });

  onceOnly("stops, starts and restarts it", async () => {
    await cluster.vmctlOk("stop", "instance/web-1");
    await eventually(async () => (await cluster.object("instance", "web-1"))?.status?.phase === "Stopped", {
      deadlineMs: 30_000,
      everyMs: 200,
    });
    expect(await cluster.virsh("domstate", "default.web-1")).toBe("shut off");
    await cluster.vmctlOk("start", "instance/web-1");
    await whenReady(cluster, "web-1");
    await answersNow();
    // A guest that is still booting does not hear the power button.
    await inGuest(cluster, key, ip, "true");
    const pid = await qemuPid(cluster, "default.web-1");
    await cluster.vmctlOk("restart", "instance/web-1");
    await whenReady(cluster, "web-1");
    await answersNow();
    expect(await qemuPid(cluster, "default.web-1")).not.toBe(pid);
    expect(await inGuest(cluster, key, ip, "hostname")).toBe("web-1\n");
  });

  it("deletes it and leaves nothing", async () => {
    const { uid } = instance.metadata;
    deleting = await revisionsOf(cluster, async () => {
      const said = await cluster.program.ok("delete", "instance", "web-1", "--wait", "--timeout=60s");
      expect(said).toContain("deleted");
    });
    expect(await keysAbout(cluster, uid)).toEqual([]);
    expect(await cluster.virsh("list", "--all", "--name")).toBe("foreign");
    expect(await readdir(cluster.poolDir)).toEqual(["cache", "default.foreign.root.qcow2"]);
    if (cluster.placement) expect(await allocationsOf(cluster.placement)).toEqual({});
  });

  onceOnly("writes little for a start and for a deletion", async () => {
    expect(starting.length).toBeGreaterThan(1);
    expect(starting.length, JSON.stringify(starting, null, 2)).toBeLessThanOrEqual(6);
    expect(deleting.length, JSON.stringify(deleting, null, 2)).toBeLessThanOrEqual(4);
  });

  it("says why what fits nowhere waits", async () => {
    await cluster.apply(instanceYaml("huge", "resources: {vcpu: 1, memory: 900Gi, disk: 1Gi}"));
    await whenCondition(cluster, "huge", ["Scheduled", "False/NoCapacity"]);
  });
});

/** Leaves the image with the host; nobody waits for the guest. */
async function runOnce(cluster: E2eCluster): Promise<void> {
  await cluster.apply(imageYaml(cluster) + instanceYaml("earlier"));
  await whenRunning(cluster, "earlier");
  await cluster.vmctlOk("delete", "instance", "earlier", "--now", "--timeout=60s");
}
