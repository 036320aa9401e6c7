import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Hypervisor } from "../../../resources/hypervisor.ts";
import { Image } from "../../../resources/image.ts";
import { Instance } from "../../../resources/instance.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { objectJoin } from "../../../store/objects/join-object.ts";
import { createObjectClient, type ObjectClient } from "../../../store/objects/object-client.ts";
import type { Store } from "../../../store/store.ts";
import { putAll, remove } from "../../support/commits.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { OTHER_UID, storedInstance, UID } from "../../support/stored-instance.ts";

let server: EtcdServer;
let store: Store;
let objects: ObjectClient;

const specAt = "spec/ns/default/instances/web-1";
const statusAt = "status/ns/default/instances/web-1";
const web1 = { kind: Instance, namespace: "default", name: "web-1" };
const record = (more: object = {}) =>
  JSON.stringify({ uid: UID, specCreateRevision: 1, status: { phase: "Running" }, ...more });
const get = (name = "web-1") => objects.get(Instance, "default", name);
const specText = async () => JSON.parse((await store.get(specAt))?.value ?? "null");

beforeAll(async () => {
  server = await EtcdServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  store = await server.store();
  objects = createObjectClient(store, systemClock);
});

describe("get", () => {
  test("makes the decoders of a kind once, however many objects are read", () => {
    expect(objectJoin(Instance)).toBe(objectJoin(Instance));
    expect(objectJoin(Instance)).not.toBe(objectJoin(Image));
  });
  test("joins both keys; resourceVersion is the spec key's own", async () => {
    const revision = await putAll(store, { [specAt]: storedInstance() });
    await putAll(store, { [statusAt]: record() });
    expect(await get()).toEqual({
      apiVersion: "compute.vmctl/v1alpha1",
      kind: "Instance",
      metadata: {
        name: "web-1",
        namespace: "default",
        uid: UID,
        generation: 1,
        creationTimestamp: "2030-01-02T03:04:05Z",
        resourceVersion: String(revision),
      },
      spec: { image: { name: "tiny" } },
      status: { phase: "Running" },
    });
  });
  test("is undefined for what is not there, also when a longer name is", async () => {
    await putAll(store, { "spec/ns/default/instances/web-10": storedInstance("web-10") });
    expect(await get()).toBeUndefined();
  });
  test("shows nothing of a status that belongs to another uid, except why the object is not accepted (S2)", async () => {
    const refusal = {
      type: "Accepted",
      status: "False",
      reason: "IdentityChanged",
      message: "m",
      lastTransitionTime: "2030-01-02T03:04:05Z",
    };
    const status = { phase: "Running", addresses: [], conditions: [refusal, { ...refusal, type: "Ready" }] };
    await putAll(store, { [specAt]: storedInstance(), [statusAt]: record({ uid: OTHER_UID, status }) });
    expect((await get())?.status).toEqual({ conditions: [refusal] });
  });
  test("shows an admitted object whose spec key vanished, with the spec that is in force (S4)", async () => {
    const accepted = { generation: 4, labels: { a: "b" }, spec: { hostname: "h" } };
    await putAll(store, { [statusAt]: record({ accepted, deletion: { requestedAt: "2030-01-01T00:00:00Z" } }) });
    const object = await get();
    expect(object?.metadata).toEqual({
      name: "web-1",
      namespace: "default",
      labels: { a: "b" },
      uid: UID,
      generation: 4,
      deletionTimestamp: "2030-01-01T00:00:00Z",
    });
    expect(object?.spec).toEqual({ hostname: "h" });
  });
  test("shows a recorded deletion that somebody took out of the spec (S3)", async () => {
    await putAll(store, {
      [specAt]: storedInstance(),
      [statusAt]: record({ deletion: { requestedAt: "2030-01-01T00:00:00Z" } }),
    });
    expect((await get())?.metadata.deletionTimestamp).toBe("2030-01-01T00:00:00Z");
  });
  test("shows why nothing was admitted", async () => {
    await putAll(store, {
      [specAt]: storedInstance(),
      [statusAt]: JSON.stringify({ specCreateRevision: 1, status: { conditions: [] } }),
    });
    expect((await get())?.status).toEqual({ conditions: [] });
  });
});

describe("list", () => {
  test("is of one kind, by namespace and name, and one bad record hurts only itself (S8)", async () => {
    await putAll(store, {
      "spec/ns/b/instances/web-1": storedInstance("web-1", { namespace: "b" }),
      [specAt]: storedInstance(),
      [statusAt]: "not json",
      "spec/ns/default/instances/hostile": '{"metadata":{"name":"other"},"spec":',
      "spec/ns/default/instances/wrong": storedInstance("wrong", { spec: { resources: { vcpu: -1 } } }),
      "spec/ns/default/others/web-1": "{}",
      "spec/ns/default/instances": "{}",
      "spec/ns/default/instances/a/b": "{}",
      "status/cluster/images/web-1": "{}",
    });
    const all = await objects.list(Instance);
    expect(all.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      "b/web-1",
      "default/hostile",
      "default/web-1",
      "default/wrong",
    ]);
    const refusals = (await objects.list(Instance, "default")).map(
      ({ status }) => (status as { conditions: { reason: string; message: string }[] } | undefined)?.conditions[0],
    );
    expect(refusals).toEqual([
      expect.objectContaining({ reason: "Invalid", message: "is not JSON" }),
      expect.objectContaining({ type: "Ready", reason: "Quarantined", message: expect.stringContaining(statusAt) }),
      expect.objectContaining({ reason: "Invalid", message: expect.stringContaining("spec.resources.vcpu") }),
    ]);
    expect(await objects.list(Image)).toEqual([]);
  });

  test("shows what is nested without end by its name, and all the others (S8)", async () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const nested = (text: string) => text.replace('"DEEP"', deep);
    await putAll(store, {
      [specAt]: storedInstance(),
      "spec/ns/default/instances/spec": nested(storedInstance("spec", { spec: { tomorrow: "DEEP" } })),
      "spec/ns/default/instances/more": nested(storedInstance("more", { more: { metadata: "DEEP" } })),
      "spec/ns/default/instances/status": storedInstance("status"),
      "status/ns/default/instances/status": nested(record({ accepted: { generation: 1, spec: "DEEP" } })),
    });
    const found = (await objects.list(Instance)).map(({ metadata, status }) => {
      const [first] = (status as { conditions: { reason: string; message: string }[] } | undefined)?.conditions ?? [];
      return [metadata.name, first?.reason, first?.message.includes("deeper than 64")];
    });
    expect(found).toEqual([
      ["more", "Invalid", true],
      ["spec", "Invalid", true],
      ["status", "Quarantined", true],
      ["web-1", undefined, undefined],
    ]);
    await expect(objects.update({ ...web1, name: "spec" }, (it) => it)).rejects.toMatchObject({ code: "Malformed" });
  });
});

describe("update", () => {
  test("counts a change of the spec, not of labels, and writes nothing for nothing", async () => {
    const revision = await putAll(store, { [specAt]: storedInstance() });
    expect(await objects.update(web1, (it) => it)).toMatchObject({
      wrote: false,
      changed: false,
      modRevision: revision,
    });
    await objects.update(web1, (it) => ({ ...it, metadata: { ...it.metadata, labels: { a: "b" } } }));
    expect((await get())?.metadata.generation).toBe(1);
    await objects.update(web1, (it) => ({ ...it, spec: { ...(it.spec as object), hostname: "h" } }));
    expect((await get())?.metadata).toMatchObject({ generation: 2, labels: { a: "b" } });
  });
  test("loses nothing when many write at once", async () => {
    await putAll(store, { [specAt]: storedInstance() });
    const labels = Array.from({ length: 8 }, (_, index) => `l${index}`);
    await Promise.all(
      labels.map((label) =>
        objects.update(web1, (it) => ({
          ...it,
          metadata: { ...it.metadata, labels: { ...it.metadata.labels, [label]: "x" } },
        })),
      ),
    );
    expect(Object.keys((await get())?.metadata.labels ?? {}).sort()).toEqual(labels);
  });
  test("keeps fields it does not know and cannot change who the object is", async () => {
    await putAll(store, {
      [specAt]: storedInstance("web-1", { more: { spec: { image: { name: "tiny" }, tomorrow: 1 }, extra: 1 } }),
    });
    await objects.update(web1, (it) => ({
      ...it,
      metadata: { ...it.metadata, uid: OTHER_UID, name: "x", labels: { a: "b" } },
    }));
    expect(await specText()).toMatchObject({ extra: 1, spec: { tomorrow: 1 }, metadata: { uid: UID, name: "web-1" } });
  });
  test("refuses what would be invalid, and what is not there", async () => {
    await expect(objects.update(web1, (it) => it)).rejects.toMatchObject({ code: "NotFound" });
    await putAll(store, { [specAt]: storedInstance() });
    const bad = objects.update(web1, (it) => ({ ...it, spec: { runStrategy: "Never" } }));
    await expect(bad).rejects.toMatchObject({ code: "Invalid" });
  });
});

describe("deletion", () => {
  test("is asked for once", async () => {
    await putAll(store, { [specAt]: storedInstance() });
    expect((await objects.requestDeletion(web1)).wrote).toBe(true);
    const { deletionTimestamp } = (await get())?.metadata ?? {};
    expect(deletionTimestamp).toMatch(/^\d{4}-.*Z$/);
    expect((await objects.requestDeletion(web1)).wrote).toBe(false);
    expect((await get())?.metadata.deletionTimestamp).toBe(deletionTimestamp);
  });
  test("takes a grace period along", async () => {
    await putAll(store, { [specAt]: storedInstance() });
    await objects.requestDeletion(web1, { gracePeriodSeconds: 0 });
    expect(await get()).toMatchObject({ metadata: { generation: 2 }, spec: { terminationGracePeriodSeconds: 0 } });
  });
  test("is refused for a protected object, another uid, and for nothing", async () => {
    await expect(objects.requestDeletion(web1)).rejects.toMatchObject({ code: "NotFound" });
    await putAll(store, { [specAt]: storedInstance("web-1", { spec: { deletionProtection: true } }) });
    await expect(objects.requestDeletion(web1)).rejects.toMatchObject({ code: "DeletionProtected" });
    await expect(objects.requestDeletion(web1, { uid: OTHER_UID })).rejects.toMatchObject({ code: "NotFound" });
  });
  test("works for an object whose spec is nonsense", async () => {
    await putAll(store, { [specAt]: storedInstance("web-1", { spec: { resources: 7 } }) });
    expect((await objects.requestDeletion(web1)).wrote).toBe(true);
  });
  test("of a hypervisor is refused with the names of its instances, unless they go too", async () => {
    const host = { kind: Hypervisor, namespace: undefined, name: "host-1" };
    const at = "spec/cluster/hypervisors/host-1";
    const metadata = { name: "host-1", uid: OTHER_UID, generation: 1, creationTimestamp: "2030-01-02T03:04:05Z" };
    await putAll(store, {
      [at]: JSON.stringify({ apiVersion: "compute.vmctl/v1alpha1", kind: "Hypervisor", metadata, spec: {} }),
      [specAt]: storedInstance(),
      [statusAt]: record({ status: { hypervisor: "host-1" } }),
    });
    await expect(objects.requestDeletion(host)).rejects.toMatchObject({
      code: "InUse",
      message: "hypervisor/host-1 has instances: delete them first (default/web-1)",
    });
    const ready = { type: "Ready", status: "False", reason: "Shutdown", message: "" };
    const status = { conditions: [{ ...ready, lastTransitionTime: metadata.creationTimestamp }] };
    await putAll(store, { "status/cluster/hypervisors/host-1": record({ uid: OTHER_UID, status }) });
    await expect(objects.requestDeletion(host)).rejects.toMatchObject({
      message: expect.stringContaining("(default/web-1); it is Shutdown: only a host that is served lets go of them"),
    });
    expect((await store.get(at))?.value).not.toContain("deletionTimestamp");
    await objects.requestDeletion(web1);
    expect((await objects.requestDeletion(host)).wrote).toBe(true);
  });
  test("of an object whose spec key vanished writes it again, marked as the admitted one (S4)", async () => {
    await putAll(store, {
      [statusAt]: record({ specCreateRevision: 7, accepted: { generation: 2, spec: { hostname: "h" } } }),
    });
    await objects.requestDeletion(web1);
    const { metadata, spec } = await specText();
    expect(metadata).toMatchObject({ uid: UID, generation: 2, annotations: { "compute.vmctl/recover": "7" } });
    expect(metadata.deletionTimestamp).toBeDefined();
    expect(spec).toEqual({ hostname: "h" });
  });
});

describe("recover", () => {
  test("writes a vanished spec key from what was accepted", async () => {
    await putAll(store, {
      [statusAt]: record({ specCreateRevision: 7, accepted: { generation: 2, spec: { hostname: "h" } } }),
    });
    await objects.recover(web1);
    expect(await get()).toMatchObject({
      metadata: { uid: UID, generation: 2 },
      spec: { hostname: "h" },
      status: { phase: "Running" },
    });
  });
  test("marks a key that was removed and written again, with the admitted uid", async () => {
    const admitted = await putAll(store, { [specAt]: storedInstance() });
    await putAll(store, { [statusAt]: record({ specCreateRevision: admitted }) });
    await expect(objects.recover(web1)).rejects.toMatchObject({ code: "NothingToRecover" });
    await remove(store, specAt);
    await putAll(store, { [specAt]: storedInstance("web-1", { uid: OTHER_UID, spec: { hostname: "new" } }) });
    await objects.recover(web1);
    expect(await specText()).toMatchObject({
      metadata: { uid: UID, annotations: { "compute.vmctl/recover": String(admitted) } },
      spec: { hostname: "new" },
    });
  });
  test("knows nothing of what was never admitted", async () => {
    await expect(objects.recover(web1)).rejects.toMatchObject({ code: "NotFound" });
  });
});
