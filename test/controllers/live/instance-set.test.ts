import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Instance } from "../../../resources/instance.ts";
import { InstanceSet, type InstanceSetSpec } from "../../../resources/instance-set.ts";
import type { StoredMetadata } from "../../../resources/meta.ts";
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
  await cluster.one({ simulated: { capacity: { vcpu: 32, memory: 32 * 2 ** 30, disk: 2 ** 40 } } });
  await cluster.image();
});
afterEach(() => cluster.stop());

const LABELS = { app: "web" };
const member = (ordinal: number) => `ns/default/instances/web-${ordinal}`;
const templateOf = (spec: object, metadata: object = { labels: LABELS }) => ({
  metadata,
  spec: { image: { name: "tiny" }, ...spec },
});
const setSpec = (replicas: number, spec: object = {}, more: object = {}) => ({
  replicas,
  selector: { matchLabels: LABELS },
  template: templateOf(spec),
  ...more,
});
async function started(replicas: number, spec: object = {}, more: object = {}): Promise<string> {
  const tail = await objects.put(InstanceSet, "web", setSpec(replicas, spec, more));
  await objects.until(tail, "Ready", "True");
  await objects.until(tail, "Updated", "True");
  return tail;
}
const domainOf = (uid: string) => {
  const domain = cluster.host().machines.get(uid)?.domain;
  if (!domain) throw new Error(`no domain ${uid}`);
  return domain;
};
const metadataOf = async (ordinal: number): Promise<StoredMetadata> => (await objects.stored(member(ordinal))).metadata;
const uidOf = async (ordinal: number) => (await metadataOf(ordinal)).uid;

describe("as many as asked for", () => {
  it("are made with ordinal names, labels and their owner; more and fewer follow, the highest go first", async () => {
    const tail = await started(2);
    expect(await objects.names(Instance)).toEqual(["web-0", "web-1"]);
    expect((await objects.record(tail))?.status).toMatchObject({ replicas: 2, readyReplicas: 2, updatedReplicas: 2 });
    const { ownerReferences, labels } = await metadataOf(1);
    expect(labels).toEqual(LABELS);
    expect(ownerReferences).toEqual([await objects.owner(tail, { controller: true, blockOwnerDeletion: true })]);
    const kept = await uidOf(0);
    await objects.respec(tail, { replicas: 4 });
    await eventually(async () => (await objects.record(tail))?.status["readyReplicas"] === 4);
    await objects.respec(tail, { replicas: 1 });
    await objects.gone(member(1), member(2), member(3));
    expect(await uidOf(0)).toBe(kept);
    await objects.until(tail, "Ready", "True");
  });

  it("one that somebody deletes is made again, as another", async () => {
    const tail = await started(1);
    const before = await uidOf(0);
    await objects.delete(member(0));
    await eventually(async () => (await uidOf(0)) !== before);
    await objects.until(tail, "Ready", "True");
    expect([...cluster.host().machines.keys()]).toEqual([await uidOf(0)]);
  });

  it("a vanished spec key is neither made again nor deleted", async () => {
    const tail = await started(1);
    const uid = await uidOf(0);
    await cluster.remove(`spec/${member(0)}`);
    await cluster.until("web-0", "Accepted", "False", "SpecMissing");
    const { message } = await objects.until(tail, "Ready", "True");
    expect(message).toBe("1 of 1 ready");
    expect(domainOf(uid).state).toBe("running");
    expect(await objects.names(Instance)).toEqual([]);
  });

  it("costs nothing when there is nothing to do", async () => {
    const tail = await started(2);
    const controllers = await cluster.controllers();
    await controllers.idle();
    const before = await cluster.revision();
    controllers.resync();
    await controllers.idle();
    expect(await cluster.revisionsSince(before)).toEqual([]);
    expect(await objects.names(InstanceSet)).toEqual([tail.slice(tail.lastIndexOf("/") + 1)]);
  });
});

describe("adoption", () => {
  it("takes an instance of fitting name and labels, and lets go of one that lost them", async () => {
    await objects.put(Instance, "web-0", { image: { name: "tiny" }, description: "mine" }, { labels: LABELS });
    await cluster.running("web-0");
    const uid = await uidOf(0);
    const tail = await started(1);
    expect(await metadataOf(0)).toMatchObject({ uid, ownerReferences: [{ name: "web", controller: true }] });
    expect((await objects.stored<{ description: string }>(member(0))).spec.description).toBe("mine");
    await objects.remeta(member(0), { labels: { app: "other" } });
    const { message } = await objects.until(tail, "ReplicaFailure", "True", "NameTaken");
    expect(message).toBe("instance web-0 is in the way: it has not the labels of spec.selector");
    expect((await metadataOf(0)).ownerReferences).toBeUndefined();
    expect(domainOf(uid).state).toBe("running");
  });

  it("does not take what it would delete at once, nor what belongs to another", async () => {
    const owner = { apiVersion: "compute.vmctl/v1alpha1", kind: "InstanceSet", name: "other", controller: true };
    const ownerReferences = [{ ...owner, uid: "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11" }];
    await objects.put(Instance, "web-7", { image: { name: "tiny" } }, { labels: LABELS });
    await objects.put(Instance, "web-0", { image: { name: "tiny" } }, { labels: LABELS, ownerReferences });
    const tail = await objects.put(InstanceSet, "web", setSpec(2));
    await objects.until(tail, "ReplicaFailure", "True", "NameTaken");
    await cluster.running("web-1");
    expect((await metadataOf(7)).ownerReferences).toBeUndefined();
    expect((await metadataOf(7)).deletionTimestamp).toBeUndefined();
    expect((await metadataOf(0)).ownerReferences).toEqual(ownerReferences);
  });
});

describe("a set that goes", () => {
  it("takes its instances along, foreground last of all; nothing of it is left", async () => {
    const tail = await started(2);
    const { uid } = (await objects.stored(tail)).metadata;
    await objects.delete(tail, "foreground");
    await objects.gone(tail);
    expect(await objects.names(Instance)).toEqual([]);
    expect(cluster.host().machines.size).toBe(0);
    const left = (await cluster.store.list([""])).entries.filter(
      ({ key, value }) => !key.startsWith("events/") && `${key}${value}`.includes(uid),
    );
    expect(left.map(({ key }) => key)).toEqual([]);
  });

  it("orphan: leaves them running, without an owner", async () => {
    const tail = await started(2);
    await objects.delete(tail, "orphan");
    await objects.gone(tail);
    expect((await metadataOf(0)).ownerReferences).toBeUndefined();
    expect(domainOf(await uidOf(1)).state).toBe("running");
    expect((await metadataOf(1)).deletionTimestamp).toBeUndefined();
  });
});

describe("a bad set", () => {
  it("hurts itself alone: what was accepted stays in force", async () => {
    const tail = await started(1);
    const good = (await objects.stored<InstanceSetSpec>(tail)).spec;
    await objects.respec(tail, { template: { spec: { resources: { memory: 512 } } } });
    await objects.until(tail, "Accepted", "False", "Invalid");
    expect(domainOf(await uidOf(0)).state).toBe("running");
    await objects.respec(tail, { ...good, selector: { matchLabels: { app: "other" } } });
    const { message } = await objects.until(tail, "Accepted", "False", "Invalid");
    await eventually(async () => (await objects.condition(tail, "Accepted"))?.message.includes("selector") === true);
    expect(message).not.toBe("");
    expect((await metadataOf(0)).ownerReferences).toHaveLength(1);
  });

  it("leaves alone what somebody made nonsense of, and goes on with the rest", async () => {
    const tail = await started(2);
    await objects.change(member(1), (object) => ({ ...object, spec: { interfaces: "none", image: 7 } }));
    await objects.respec(tail, { template: templateOf({ description: "new" }) });
    await eventually(
      async () => (await objects.stored<{ description?: string }>(member(0))).spec.description === "new",
    );
    expect((await objects.stored(member(1))).spec).toEqual({ interfaces: "none", image: 7 });
    await objects.until(tail, "Updated", "False");
    expect(domainOf(await uidOf(1)).state).toBe("running");
  });

  it("comes back from a lost status, and from templates on record that nobody can read", async () => {
    const tail = await started(2);
    const { uid } = (await objects.stored(tail)).metadata;
    const before = await Promise.all([uidOf(0), uidOf(1)]);
    await cluster.put(`revisions/${uid}/1`, "{");
    await cluster.remove(`status/${tail}`);
    await objects.until(tail, "Ready", "True");
    await objects.until(tail, "Updated", "True");
    expect(await Promise.all([uidOf(0), uidOf(1)])).toEqual(before);
    expect(await cluster.keys(`revisions/${uid}/`)).toEqual([`revisions/${uid}/1`, `revisions/${uid}/2`]);
    expect(await objects.condition(member(0), "OwnersFound")).toBeUndefined();
    await objects.delete(tail, "orphan");
    await objects.gone(tail);
    expect(await cluster.keys("revisions/")).toEqual([]);
  });
});
