import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Instance } from "../../../resources/instance.ts";
import { InstanceSet } from "../../../resources/instance-set.ts";
import { Namespace } from "../../../resources/namespace.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";
import { Objects } from "../support/objects.ts";

const server = sharedEtcd();
let cluster: Cluster;
let objects: Objects;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  objects = new Objects(cluster);
  await cluster.one();
  await cluster.image();
});
afterEach(() => cluster.stop());

const TEAM = { namespace: "team" };
const SPEC = { image: { name: "tiny" } };
const LABELS = { app: "web" };
const vm = (name: string) => `ns/team/instances/${name}`;

async function team(spec: object = {}): Promise<string> {
  const tail = await objects.put(Namespace, "team", spec);
  await objects.admitted(tail);
  return tail;
}
async function running(...names: string[]): Promise<void> {
  for (const name of names) await objects.put(Instance, name, SPEC, TEAM);
  for (const name of names) await objects.until(vm(name), "Ready", "True");
}
const aSet = (replicas: number) =>
  objects.put(
    InstanceSet,
    "web",
    { replicas, selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec: SPEC } },
    TEAM,
  );

describe("a namespace that goes", () => {
  it("takes everything in it along: sets, instances, refused and unreadable objects", async () => {
    const namespace = await team();
    await running("a");
    const set = await aSet(2);
    await objects.until(set, "Ready", "True");
    const { uid } = (await objects.stored(vm("a"))).metadata;
    await objects.put(Instance, "copy", SPEC, { ...TEAM, uid });
    await objects.until(vm("copy"), "Accepted", "False", "UidTaken");
    await cluster.put(`spec/${vm("broken")}`, "{");
    await objects.delete(namespace);
    await objects.gone(namespace, set, vm("a"), vm("copy"), vm("broken"));
    expect(cluster.host().machines.size).toBe(0);
    expect((await cluster.keys()).filter((key) => key.includes("/team/"))).toEqual([]);
    expect(await cluster.keys("revisions/")).toEqual([]);
  });

  it("goes on with the rest while one of its instances sits on a host that cannot be reached, and says so", async () => {
    const namespace = await team();
    const far = await cluster.node("host-2", { ttlSeconds: 2 });
    await cluster.hostReady("host-2");
    await objects.put(Instance, "far", { ...SPEC, hypervisor: "host-2" }, TEAM);
    await objects.put(Instance, "near", { ...SPEC, hypervisor: "host-1" }, TEAM);
    for (const name of ["far", "near"]) await objects.until(vm(name), "Ready", "True");
    await far.stop();
    await objects.until(vm("far"), "Ready", "Unknown");
    await objects.delete(namespace);
    await objects.gone(vm("near"));
    await eventually(async () => {
      const said = (await objects.condition(namespace, "DeletionFinished"))?.message;
      if (said !== "waits until nothing is left in it, now 1 object: instance/far its host host-2 cannot be reached")
        throw new Error(said);
    });
    expect((await objects.record(namespace))?.status.phase).toBe("Terminating");
    await cluster.node("host-2");
    await objects.gone(namespace, vm("far"));
  });

  it("waits for what is protected", async () => {
    const namespace = await team();
    await objects.put(Instance, "a", { ...SPEC, deletionProtection: true }, TEAM);
    await objects.until(vm("a"), "Ready", "True");
    await objects.delete(namespace);
    const { message } = await objects.until(namespace, "DeletionFinished", "False", "ContentRemaining");
    expect(message).toContain("instance/a is protected: spec.deletionProtection");
    expect((await objects.record(vm("a")))?.deletion).toBeUndefined();
    await objects.respec(vm("a"), { deletionProtection: false });
    await objects.gone(namespace, vm("a"));
  });

  it("takes nothing new in", async () => {
    const namespace = await team();
    await objects.put(Instance, "a", { ...SPEC, deletionProtection: true }, TEAM);
    await objects.until(vm("a"), "Ready", "True");
    await objects.delete(namespace);
    await objects.until(namespace, "DeletionFinished", "False", "ContentRemaining");
    const { uid } = (await objects.stored(await objects.put(Instance, "late", SPEC, TEAM))).metadata;
    await objects.gone(vm("late"));
    expect(cluster.host().machines.has(uid)).toBe(false);
    expect(await cluster.keys(`uids/${uid}`)).toEqual([]);
  });

  it("default does not go", async () => {
    await cluster.instance("web-1");
    await cluster.running("web-1");
    const tail = "cluster/namespaces/default";
    await objects.delete(tail);
    await objects.until(tail, "DeletionFinished", "False", "DeletionNotAllowed");
    expect((await objects.record(tail))?.deletion).toBeUndefined();
    await cluster.instance("web-2");
    await cluster.running("web-2");
  });
});

describe("limits", () => {
  it("are kept at admission, in numbers, and taken up when there is room", async () => {
    await team({ limits: { instances: 2 } });
    await running("a", "b");
    await objects.put(Instance, "c", SPEC, TEAM);
    const { message } = await objects.until(vm("c"), "Accepted", "False", "QuotaExceeded");
    expect(message).toContain("namespace team has 2 instances, its limit is 2 (spec.limits.instances)");
    expect((await objects.record(vm("c")))?.uid).toBeUndefined();
    await objects.delete(vm("a"));
    await objects.until(vm("c"), "Ready", "True");
  });

  it("hold when many come at once, and are no reason to delete when they shrink", async () => {
    const namespace = await team({ limits: { instances: 3 } });
    const names = Array.from({ length: 8 }, (_, index) => `n-${index}`);
    await Promise.all(names.map((name) => objects.put(Instance, name, SPEC, TEAM)));
    const admitted = async () => {
      const records = await Promise.all(names.map((name) => objects.record(vm(name))));
      return records.filter((record) => record?.uid !== undefined).length;
    };
    await eventually(async () => {
      const said = await Promise.all(names.map((name) => objects.condition(vm(name), "Accepted")));
      if (said.some((condition) => condition === undefined)) throw new Error(JSON.stringify(said));
    });
    expect(await admitted()).toBe(3);
    await objects.respec(namespace, { limits: { instances: 1 } });
    await eventually(async () => (await objects.record(namespace))?.accepted?.generation === 2);
    expect(await admitted()).toBe(3);
    await objects.respec(namespace, { limits: { instances: 5 } });
    await eventually(async () => (await admitted()) === 5);
  });

  it("stop a set at what fits, which it says, and it goes on later", async () => {
    const namespace = await team({ limits: { instances: 2, instancesets: 1 } });
    const set = await aSet(3);
    const { message } = await objects.until(set, "ReplicaFailure", "True", "QuotaExceeded");
    expect(message).toContain("1 instance is over the namespace's limit");
    await eventually(async () => expect(await objects.names(Instance, "team")).toEqual(["web-0", "web-1"]));
    const { spec } = await objects.stored<object>(set);
    const other = await objects.put(InstanceSet, "other", { ...spec, replicas: 0 }, TEAM);
    await objects.until(other, "Accepted", "False", "QuotaExceeded");
    await objects.respec(namespace, { limits: { instances: 3 } });
    await objects.until(set, "Ready", "True");
    await objects.until(set, "ReplicaFailure", "False");
    await objects.until(other, "Accepted", "True");
  });

  it("of a kind that is none hurt the namespace alone", async () => {
    const tail = await objects.put(Namespace, "team", { limits: { instance: 1 } });
    const { message } = await objects.until(tail, "Accepted", "False", "Invalid");
    expect(message).toContain('did you mean "instances"?');
  });
});
