import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Instance } from "../../../resources/instance.ts";
import type { StoredObject } from "../../../resources/meta.ts";
import { OBJECT_LIMIT } from "../../../resources/validate.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { createObjectClient, type ObjectClient } from "../../../store/objects/object-client.ts";
import type { Store } from "../../../store/store.ts";
import { putAll } from "../../support/commits.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { storedInstance, UID } from "../../support/stored-instance.ts";

let server: EtcdServer;
let store: Store;
let objects: ObjectClient;

const specAt = "spec/ns/default/instances/web-1";
const statusAt = "status/ns/default/instances/web-1";
const web1 = { kind: Instance, namespace: "default", name: "web-1" };
const binding = { hypervisor: "host-1", epoch: 1, boundAt: "2030-01-02T03:04:05Z" };
const bound = JSON.stringify({ uid: UID, specCreateRevision: 1, binding, status: {} });
const withDisk = { spec: { image: { name: "tiny" }, resources: { disk: "10Gi" } } };
const deleted = "2030-01-02T03:04:06Z";

const stored = async (): Promise<StoredObject> => JSON.parse((await store.get(specAt))?.value ?? "null");
const revision = async () => (await store.list(["spec/"])).revision;
const withSpec = (change: object) => (it: StoredObject) => ({ ...it, spec: { ...(it.spec as object), ...change } });
const withMetadata = (change: object) => (it: StoredObject) => ({ ...it, metadata: { ...it.metadata, ...change } });
const inDeletion = () =>
  putAll(store, {
    [specAt]: JSON.stringify(withMetadata({ deletionTimestamp: deleted })(JSON.parse(storedInstance()))),
  });

beforeAll(async () => {
  server = await EtcdServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  store = await server.store();
  objects = createObjectClient(store, systemClock);
});

describe("an update", () => {
  test("is refused what a bound instance cannot take, whoever asks", async () => {
    await putAll(store, { [specAt]: storedInstance("web-1", withDisk), [statusAt]: bound });
    const before = await revision();
    await expect(objects.update(web1, withSpec({ hypervisor: "host-2" }))).rejects.toMatchObject({
      code: "HeldBack",
      message: "instance/web-1: spec.hypervisor cannot change any more: the instance is bound to hypervisor host-1",
    });
    await expect(objects.update(web1, withSpec({ resources: { disk: "9Gi" } }))).rejects.toMatchObject({
      code: "HeldBack",
    });
    expect(await revision()).toBe(before);
    expect((await objects.update(web1, withSpec({ resources: { disk: "11Gi" } }))).wrote).toBe(true);
  });

  test("may change all that before the instance is bound", async () => {
    await putAll(store, { [specAt]: storedInstance("web-1", withDisk) });
    await objects.update(web1, withSpec({ hypervisor: "host-2", resources: { disk: "9Gi" } }));
    expect((await stored()).spec).toMatchObject({ hypervisor: "host-2", resources: { disk: "9Gi" } });
  });

  test("notices a binding that is made while it is judged", async () => {
    await putAll(store, { [specAt]: storedInstance() });
    let isFirst = true;
    const slow: Store = {
      get: async (key, options) => {
        const entry = await store.get(key, options);
        if (key === statusAt && isFirst) {
          isFirst = false;
          await putAll(store, { [statusAt]: bound });
        }
        return entry;
      },
      list: (prefixes, options) => store.list(prefixes, options),
      commit: (transaction, options) => store.commit(transaction, options),
      watch: (prefixes, options) => store.watch(prefixes, options),
      grantLease: (seconds, options) => store.grantLease(seconds, options),
      close: () => store.close(),
    };
    const late = createObjectClient(slow, systemClock).update(web1, withSpec({ hypervisor: "host-2" }));
    await expect(late).rejects.toMatchObject({ code: "HeldBack" });
    expect((await stored()).spec).toEqual({ image: { name: "tiny" } });
  });

  test("leaves the spec of an object in deletion alone, and the deletion too", async () => {
    await inDeletion();
    await expect(objects.update(web1, withSpec({ hostname: "h" }))).rejects.toMatchObject({
      code: "BeingDeleted",
      message: `instance/web-1 is being deleted since ${deleted}: its spec cannot change`,
    });
    await objects.update(web1, withMetadata({ labels: { a: "b" }, deletionTimestamp: undefined }));
    expect((await stored()).metadata).toMatchObject({ labels: { a: "b" }, deletionTimestamp: deleted });
  });

  test("writes no object that nobody could read afterwards", async () => {
    await putAll(store, { [specAt]: storedInstance() });
    await expect(objects.update(web1, withMetadata({ labels: "a=b" }))).rejects.toMatchObject({ code: "Invalid" });
    const large = { annotations: { a: "x".repeat(OBJECT_LIMIT) } };
    await expect(objects.update(web1, withMetadata(large))).rejects.toMatchObject({
      code: "Invalid",
      message: expect.stringContaining(`at most ${OBJECT_LIMIT}`),
    });
  });

  test("judges as ever and writes nothing when it is a dry run", async () => {
    await putAll(store, { [specAt]: storedInstance(), [statusAt]: bound });
    const before = await revision();
    const would = await objects.update(web1, withSpec({ hostname: "h" }), { dryRun: true });
    expect(would).toMatchObject({ wrote: false, changed: true, object: { metadata: { generation: 2 } } });
    const refused = objects.update(web1, withSpec({ hypervisor: "host-2" }), { dryRun: true });
    await expect(refused).rejects.toMatchObject({ code: "HeldBack" });
    expect(await revision()).toBe(before);
  });

  test("tells the change which revision it is about", async () => {
    const at = await putAll(store, { [specAt]: storedInstance() });
    const seen: number[] = [];
    await objects.update(web1, (it, modRevision) => {
      seen.push(modRevision);
      return it;
    });
    expect(seen).toEqual([at]);
  });
});

describe("a creation", () => {
  const object = JSON.parse(storedInstance()) as StoredObject;

  test("writes what is not there, and only that", async () => {
    expect((await objects.create(web1, object, { dryRun: true })).wrote).toBe(false);
    expect(await store.get(specAt)).toBeUndefined();
    expect((await objects.create(web1, object)).wrote).toBe(true);
    expect(await stored()).toEqual(object);
    const again = { code: "AlreadyExists", message: "instance/web-1 already exists" };
    await expect(objects.create(web1, object)).rejects.toMatchObject(again);
    await expect(objects.create(web1, object, { dryRun: true })).rejects.toMatchObject(again);
  });

  test("is one of many at once", async () => {
    const tries = Array.from({ length: 6 }, () => objects.create(web1, object).catch((error: unknown) => error));
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter((it) => (it as { wrote?: boolean }).wrote)).toHaveLength(1);
    expect(outcomes.filter((it) => (it as { code?: string }).code === "AlreadyExists")).toHaveLength(5);
  });

  test("takes no place of an admitted object that lost its spec (S4)", async () => {
    await putAll(store, { [statusAt]: bound });
    await expect(objects.create(web1, object)).rejects.toMatchObject({
      code: "AlreadyExists",
      message: expect.stringContaining("vmctl recover instance/web-1"),
    });
  });

  test("does where nothing was ever admitted", async () => {
    await putAll(store, { [statusAt]: JSON.stringify({ specCreateRevision: 1, status: {} }) });
    expect((await objects.create(web1, object)).wrote).toBe(true);
  });
});
