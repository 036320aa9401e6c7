import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Image } from "../../../resources/image.ts";
import { Instance } from "../../../resources/instance.ts";
import { InstanceSet } from "../../../resources/instance-set.ts";
import type { OwnerReference } from "../../../resources/meta.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster, DIGEST } from "../support/cluster.ts";
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

const SET = "ns/default/instancesets/owner";
const CHILD = "ns/default/instances/child";
const UID = "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11";

/** A set without instances of its own: an owner like any other. */
async function anOwner(name = "owner"): Promise<string> {
  const template = { metadata: { labels: { app: name } }, spec: { image: { name: "tiny" } } };
  const tail = await objects.put(InstanceSet, name, {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template,
  });
  await objects.admitted(tail);
  return tail;
}
async function aChild(ownerReferences: OwnerReference[], spec: object = {}): Promise<string> {
  const tail = await objects.put(Instance, "child", { image: { name: "tiny" }, ...spec }, { ownerReferences });
  await cluster.running("child");
  return tail;
}
const machines = () => cluster.host().machines.size;

describe("the deletion of an owner", () => {
  it("background: the owner goes at once, what it owns after it", async () => {
    const owner = await anOwner();
    const child = await aChild([await objects.owner(owner, { blockOwnerDeletion: true })]);
    await cluster.nodes.get("host-1")?.stop();
    await objects.delete(owner);
    await objects.gone(owner);
    expect((await objects.record(child))?.deletion).toBeDefined();
    expect((await objects.stored(child)).metadata.deletionTimestamp).toBeDefined();
    await cluster.node();
    await objects.gone(child);
    expect(machines()).toBe(0);
  });

  it("foreground: what it owns goes first, if the reference says so", async () => {
    const owner = await anOwner();
    const child = await aChild([await objects.owner(owner, { blockOwnerDeletion: true })]);
    await cluster.nodes.get("host-1")?.stop();
    await objects.delete(owner, "foreground");
    // First it is only named; its own deletion is seen a moment later.
    await eventually(async () => {
      const { message } = await objects.until(owner, "DeletionFinished", "False", "DependentsRemaining");
      expect(message).toBe("waits for what it owns: instance/child (is being deleted)");
    });
    await cluster.node();
    await objects.gone(owner, child);
  });

  it("foreground without blockOwnerDeletion, and orphan: the owner does not wait", async () => {
    const owner = await anOwner();
    const child = await aChild([await objects.owner(owner)]);
    await cluster.nodes.get("host-1")?.stop();
    await objects.delete(owner, "foreground");
    await objects.gone(owner);
    expect((await objects.record(child))?.deletion).toMatchObject({ cascade: "foreground" });
  });

  it("orphan: takes the references away and leaves the rest", async () => {
    const owner = await anOwner();
    const child = await aChild([await objects.owner(owner)]);
    await objects.delete(owner, "orphan");
    await objects.gone(owner);
    expect((await objects.stored(child)).metadata.ownerReferences).toBeUndefined();
    expect(machines()).toBe(1);
    expect(await objects.condition(child, "OwnersFound")).toBeUndefined();
  });

  it("takes only the reference from what another owner holds", async () => {
    const [owner, other] = [await anOwner(), await anOwner("other")];
    const kept = await objects.owner(other);
    const child = await aChild([await objects.owner(owner), kept]);
    await objects.delete(owner);
    await objects.gone(owner);
    expect((await objects.stored(child)).metadata.ownerReferences).toEqual([kept]);
    await objects.delete(other);
    await objects.gone(child);
  });

  it("waits for what is protected, and goes on when it is not any more", async () => {
    const owner = await anOwner();
    const child = await aChild([await objects.owner(owner)], { deletionProtection: true });
    await objects.delete(owner);
    const { message } = await objects.until(owner, "DeletionFinished", "False", "DependentsRemaining");
    expect(message).toContain("instance/child (is protected: spec.deletionProtection)");
    expect((await objects.record(child))?.deletion).toBeUndefined();
    await objects.respec(child, { deletionProtection: false });
    await objects.gone(owner, child);
  });

  it("reaches an object whose spec key was lost (S4)", async () => {
    const owner = await anOwner();
    const child = await aChild([await objects.owner(owner)]);
    await cluster.remove(`spec/${child}`);
    await cluster.until("child", "Accepted", "False", "SpecMissing");
    await objects.delete(owner);
    await objects.gone(owner, child);
    expect(machines()).toBe(0);
  });

  it("ends in a circle too", async () => {
    const [first, second] = [await anOwner(), await anOwner("other")];
    await objects.remeta(first, { ownerReferences: [await objects.owner(second, { blockOwnerDeletion: true })] });
    await objects.remeta(second, { ownerReferences: [await objects.owner(first, { blockOwnerDeletion: true })] });
    await objects.delete(first, "foreground");
    await objects.gone(first, second);
  });

  it("of the whole cluster's reaches into namespaces", async () => {
    const image = await objects.put(Image, "other", { source: { url: "http://images/tiny" }, checksum: DIGEST });
    await objects.admitted(image);
    const child = await aChild([await objects.owner(image)]);
    await objects.delete(image);
    await objects.gone(image, child);
  });
});

describe("namespace default", () => {
  it("goes with nobody", async () => {
    const image = await objects.put(Image, "other", { source: { url: "http://images/tiny" }, checksum: DIGEST });
    await objects.admitted(image);
    await objects.remeta("cluster/namespaces/default", { ownerReferences: [await objects.owner(image)] });
    await objects.delete(image);
    const { message } = await objects.until(image, "DeletionFinished", "False", "DependentsRemaining");
    expect(message).toContain("namespace/default (is protected");
    expect((await objects.record("cluster/namespaces/default"))?.deletion).toBeUndefined();
  });
});

describe("a missing owner", () => {
  const missing = { apiVersion: "compute.vmctl/v1alpha1", kind: "InstanceSet", name: "owner", uid: UID };

  it("deletes nothing, and is told", async () => {
    const child = await aChild([missing]);
    const { message } = await objects.until(child, "OwnersFound", "False", "OwnerMissing");
    expect(message).toContain(`InstanceSet owner with uid ${UID} is not there: nothing is deleted for that`);
    const { uid } = (await objects.stored(child)).metadata;
    expect((await cluster.events(uid)).map(({ reason }) => reason)).toContain("OwnerMissing");
    await objects.remeta(child, { ownerReferences: [] });
    await objects.until(child, "OwnersFound", "True");
    expect(machines()).toBe(1);
  });

  it("of another kind, name or uid is missing too: its deletion concerns nobody", async () => {
    const owner = await anOwner();
    const right = await objects.owner(owner);
    const child = await aChild([{ ...right, name: "somebody" }]);
    await objects.until(child, "OwnersFound", "False", "OwnerMissing");
    await objects.delete(owner);
    await objects.gone(owner);
    expect((await objects.record(child))?.deletion).toBeUndefined();
    expect(machines()).toBe(1);
  });

  it("whose keys were removed in etcd deletes nothing", async () => {
    const owner = await anOwner();
    const child = await aChild([await objects.owner(owner)]);
    const { uid } = (await objects.stored(owner)).metadata;
    await cluster.remove(`spec/${SET}`, `status/${SET}`, `uids/${uid}`);
    await objects.until(CHILD, "OwnersFound", "False", "OwnerMissing");
    expect((await objects.stored(child)).metadata.deletionTimestamp).toBeUndefined();
    expect(machines()).toBe(1);
  });
});

describe("finalizers", () => {
  const finalizers = ["example.org/backup"];

  it("delay the last step of an instance: its guest is gone, its keys stay until they are taken away", async () => {
    const child = await objects.put(Instance, "child", { image: { name: "tiny" } }, { finalizers });
    await cluster.running("child");
    await objects.delete(child);
    const { message } = await objects.until(child, "DeletionFinished", "False", "FinalizersRemaining");
    expect(message).toContain("example.org/backup");
    expect(machines()).toBe(0);
    expect((await objects.record(child))?.status.phase).toBe("Terminating");
    await cluster.nodes.get("host-1")?.resync();
    expect(await objects.stored(child)).toBeDefined();
    await objects.remeta(child, { finalizers: [] });
    await objects.gone(child);
  });

  it("that are lost with the spec key are not taken away by that", async () => {
    const owner = await anOwner();
    await objects.remeta(owner, { finalizers });
    await eventually(async () => (await objects.record(owner))?.accepted?.finalizers?.length === 1);
    await objects.delete(owner);
    await objects.until(owner, "DeletionFinished", "False", "FinalizersRemaining");
    const text = await cluster.read<object>(`spec/${owner}`);
    await cluster.remove(`spec/${owner}`);
    await objects.until(owner, "Accepted", "False", "SpecMissing");
    expect(await objects.record(owner)).toBeDefined();
    expect(text).toBeDefined();
  });

  it("hold an image and an object nobody admitted as well", async () => {
    const image = await objects.put(Image, "other", { source: { url: "http://images/x" } }, { finalizers });
    await objects.admitted(image);
    const refused = await objects.put(Instance, "child", { image: { name: "tiny" } }, { finalizers, uid: "" });
    await objects.until(refused, "Accepted", "False", "UidMissing");
    await objects.delete(image);
    await objects.delete(refused);
    await objects.until(image, "DeletionFinished", "False", "FinalizersRemaining");
    expect(await objects.stored(refused)).toBeDefined();
    await objects.remeta(image, { finalizers: [] });
    await objects.remeta(refused, { finalizers: [] });
    await objects.gone(image, refused);
  });
});
