import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { type ApplyReport, applySet } from "../../../apply/apply-set.ts";
import { parseManifests } from "../../../apply/manifest.ts";
import { formatManifestProblem } from "../../../apply/manifest-problem.ts";
import { Hypervisor } from "../../../resources/hypervisor.ts";
import { Instance } from "../../../resources/instance.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { createObjectClient, type ObjectClient } from "../../../store/objects/object-client.ts";
import type { Store, Transaction } from "../../../store/store.ts";
import { StoreError } from "../../../store/store-error.ts";
import { putAll } from "../../support/commits.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { OTHER_UID } from "../../support/stored-instance.ts";

let server: EtcdServer;
let store: Store;
let objects: ObjectClient;

beforeAll(async () => {
  server = await EtcdServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  store = await server.store();
  objects = createObjectClient(store, systemClock);
});

const vm = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: "compute.vmctl/v1alpha1",
  kind: "Instance",
  metadata: { name, namespace: "default", ...metadata },
  spec,
});
const other = (kind: string, name: string, spec: object = {}) => ({
  apiVersion: "compute.vmctl/v1alpha1",
  kind,
  metadata: { name },
  spec,
});

const lineOf = (report: ApplyReport): string => {
  const name = `${report.manifest.kind.singular}/${report.manifest.object.metadata.name} ${report.result}`;
  if (report.result === "failed") return `${name} ${String(report.error)}`;
  if (report.result === "conflict") return `${name}: ${report.problems.map(formatManifestProblem).join("; ")}`;
  return report.result === "refused" ? `${name}: ${formatManifestProblem(report.problem)}` : name;
};
async function apply(...wanted: object[]): Promise<string[]> {
  return applyTo(store, wanted);
}
async function applyTo(target: Store, wanted: readonly object[]): Promise<string[]> {
  const { manifests, problems } = parseManifests(wanted.map((it) => stringify(it)).join("---\n"), "set.yaml");
  expect(problems).toEqual([]);
  const outcome = await applySet({ store: target, clock: systemClock, manager: "me" }, manifests);
  return outcome.kind === "invalid" ? outcome.problems.map(formatManifestProblem) : outcome.reports.map(lineOf);
}
const get = async (kind: KindInfo = Instance, name = "a") => {
  const object = await objects.get(kind, "default", name);
  if (!object) throw new Error(`${name} is not there`);
  return object;
};
const revision = async () => (await store.list(["spec/"])).revision;
const specAt = "spec/ns/default/instances/a";
async function bind(name = "a") {
  const { uid } = (await get(Instance, name)).metadata;
  const binding = { hypervisor: "host-1", epoch: 1, boundAt: "2030-01-02T03:04:05Z" };
  await putAll(store, {
    [`status/ns/default/instances/${name}`]: JSON.stringify({ uid, specCreateRevision: 1, binding, status: {} }),
  });
}

describe("one object", () => {
  test("takes away what it has named, though somebody else had set the same before", async () => {
    await apply(vm("a"));
    await objects.update({ kind: Instance, namespace: "default", name: "a" }, (stored) => ({
      ...stored,
      spec: { hostname: "x" },
    }));
    expect(await apply(vm("a", { hostname: "x" }))).toEqual(["instance/a unchanged"]);
    expect(await apply(vm("a"))).toEqual(["instance/a configured"]);
    expect((await get()).spec).toEqual({});
  });

  test("is created, configured, unchanged; an unchanged one costs no write", async () => {
    expect(await apply(vm("a", { hostname: "x" }))).toEqual(["instance/a created"]);
    const { metadata } = await get();
    expect(metadata).toMatchObject({ generation: 1, uid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const before = await revision();
    expect(await apply(vm("a", { hostname: "x" }))).toEqual(["instance/a unchanged"]);
    expect(await revision()).toBe(before);
    expect(await apply(vm("a", { hostname: "y" }, { labels: { l: "1" } }))).toEqual(["instance/a configured"]);
    expect((await get()).metadata).toMatchObject({ generation: 2, uid: metadata.uid, labels: { l: "1" } });
    expect(await apply(vm("a", { hostname: "y" }))).toEqual(["instance/a configured"]);
    expect((await get()).metadata).toEqual({
      ...metadata,
      ...{ generation: 2, resourceVersion: expect.any(String), managedFields: expect.any(Array) },
    });
  });
  test("takes back what get printed, as unchanged, also after others changed it", async () => {
    await apply(vm("a", { hostname: "x", sshKeys: ["k 1"] }, { labels: { l: "1" } }));
    const before = await revision();
    expect(await apply(await get())).toEqual(["instance/a unchanged"]);
    expect(await revision()).toBe(before);
    const ref = { kind: Instance, namespace: "default", name: "a" };
    await objects.update(ref, (it) => ({ ...it, spec: { ...(it.spec as object), runStrategy: "Halted" } }));
    expect(await apply(await get())).toEqual(["instance/a unchanged"]);
    expect(await get()).toMatchObject({ metadata: { generation: 2 }, spec: { runStrategy: "Halted" } });
  });
  test("keeps what others set and takes away what it had set itself", async () => {
    await apply(vm("a", { hostname: "x", interfaces: [{ name: "eth0" }, { name: "eth1" }] }));
    const ref = { kind: Instance, namespace: "default", name: "a" };
    await objects.update(ref, (it) => ({ ...it, spec: { ...(it.spec as object), runStrategy: "Halted" } }));
    await apply(vm("a", { interfaces: [{ name: "eth1" }] }));
    expect((await get()).spec).toEqual({ interfaces: [{ name: "eth1" }], runStrategy: "Halted" });
  });
  test("that nobody applied before loses nothing", async () => {
    const registered = other("Hypervisor", "host-1", { traits: ["CUSTOM_A"] });
    const metadata = { name: "host-1", uid: OTHER_UID, generation: 1, creationTimestamp: "2030-01-02T03:04:05Z" };
    await putAll(store, { "spec/cluster/hypervisors/host-1": JSON.stringify({ ...registered, metadata }) });
    await apply(other("Hypervisor", "host-1", { traits: ["CUSTOM_B"], unschedulable: true }));
    expect((await get(Hypervisor, "host-1")).spec).toEqual({ traits: ["CUSTOM_A", "CUSTOM_B"], unschedulable: true });
  });
  test("keeps fields that a newer version stored", async () => {
    await apply(vm("a"));
    const stored = JSON.parse((await store.get(specAt))?.value ?? "");
    await putAll(store, { [specAt]: JSON.stringify({ ...stored, spec: { tomorrow: 1 }, extra: 2 }) });
    await apply(vm("a", { hostname: "x" }));
    expect(JSON.parse((await store.get(specAt))?.value ?? "")).toMatchObject({
      extra: 2,
      spec: { tomorrow: 1, hostname: "x" },
    });
  });
  test("stores no user-data twice and nothing it was told of its own identity", async () => {
    await apply(vm("a", { cloudInit: { userData: "s3cret" } }, { generation: 77 }));
    const text = (await store.get(specAt))?.value ?? "";
    expect(text.split("s3cret")).toHaveLength(2);
    expect(JSON.parse(text).metadata).toMatchObject({ generation: 1 });
    expect(text).not.toContain("resourceVersion");
  });
});

describe("refused, with the place", () => {
  test("another uid; an identity of nothing", async () => {
    expect(await apply(vm("a", {}, { uid: OTHER_UID }))).toEqual([
      "instance/a refused: set.yaml:6:3 metadata.uid names an object that is gone: without it, a new instance is created",
    ]);
    await apply(vm("a"));
    const { uid } = (await get()).metadata;
    expect(await apply(vm("a", {}, { uid: OTHER_UID }))).toEqual([
      `instance/a refused: set.yaml:6:3 metadata.uid is not this instance's, which is ${uid}: leave it out`,
    ]);
    expect(await apply(vm("a", {}, { uid }))).toEqual(["instance/a unchanged"]);
  });
  test("an old resourceVersion", async () => {
    await apply(vm("a"));
    const old = await get();
    await apply(vm("a", { hostname: "x" }));
    expect((await apply({ ...old, spec: { hostname: "y" } }))[0]).toMatch(
      /metadata.resourceVersion is \d+, but it was changed since/,
    );
    expect((await get()).spec).toEqual({ hostname: "x" });
  });
  test("an object that is being deleted", async () => {
    await apply(vm("a"));
    await objects.requestDeletion({ kind: Instance, namespace: "default", name: "a" });
    expect((await apply(vm("a", { hostname: "x" })))[0]).toMatch(
      /instance\/a refused: set.yaml:1:1 is being deleted since/,
    );
  });
  test("a change that a bound instance cannot take; an unbound one can", async () => {
    await apply(vm("a", { resources: { disk: "3Gi" } }));
    expect(await apply(vm("a", { hypervisor: "host-2", resources: { disk: "2Gi" } }))).toEqual([
      "instance/a configured",
    ]);
    await bind();
    const disk = (size: string) => vm("a", { hypervisor: "host-2", resources: { disk: size } });
    expect(await apply(vm("a", { hypervisor: "host-3", resources: { disk: "2Gi" } }))).toEqual([
      "instance/a refused: set.yaml:7:3 spec.hypervisor cannot change any more: the instance is bound to hypervisor host-1",
    ]);
    expect(await apply(disk("1Gi"))).toEqual([
      "instance/a refused: set.yaml:9:5 spec.resources.disk cannot shrink (from 2Gi to 1Gi): the disk exists on hypervisor host-1",
    ]);
    expect(await apply(disk("2048Mi"))).toEqual(["instance/a unchanged"]);
    expect(await apply(disk("4Gi"))).toEqual(["instance/a configured"]);
  });
  test("something that cannot be read", async () => {
    await putAll(store, { [specAt]: "nonsense" });
    expect((await apply(vm("a")))[0]).toContain("cannot be read (is not JSON)");
  });
});

describe("a set", () => {
  test("is written in the order of what refers to what, into its own namespace too", async () => {
    const set = [
      vm("a", {}, { namespace: "team" }),
      other("Hypervisor", "h"),
      other("Image", "i", { source: { file: "/i" } }),
      other("Namespace", "team"),
    ];
    expect(await apply(...set)).toEqual([
      "namespace/team created",
      "image/i created",
      "hypervisor/h created",
      "instance/a created",
    ]);
    expect(await objects.list(Instance, "team")).toHaveLength(1);
  });
  test("with a namespace that is nowhere is not written at all", async () => {
    expect(await apply(vm("a"), vm("b", {}, { namespace: "gone" }))).toEqual([
      'set.yaml:12:3 metadata.namespace names a namespace that does not exist (got "gone")',
    ]);
    expect((await store.list([""])).entries).toEqual([]);
  });
  test("goes on after one that is refused", async () => {
    expect(await apply(vm("a", {}, { uid: OTHER_UID }), vm("b"))).toEqual([
      expect.stringContaining("a refused"),
      "instance/b created",
    ]);
  });
  test("of 20 is 20 times unchanged the second time, without a write", async () => {
    const set = Array.from({ length: 20 }, (_, index) => vm(`vm-${index}`));
    expect(new Set((await apply(...set)).map((line) => line.split(" ")[1]))).toEqual(new Set(["created"]));
    const before = await revision();
    expect(new Set((await apply(...set)).map((line) => line.split(" ")[1]))).toEqual(new Set(["unchanged"]));
    expect(await revision()).toBe(before);
  });
});

describe("races and faults", () => {
  test("two who apply different labels at once: nobody's change is lost", async () => {
    await apply(vm("a"));
    const ref = { kind: Instance, namespace: "default", name: "a" };
    const annotate = (key: string) =>
      objects.update(ref, (it) => ({
        ...it,
        metadata: { ...it.metadata, annotations: { ...it.metadata.annotations, [key]: "x" } },
      }));
    await Promise.all([annotate("p"), apply(vm("a", { hostname: "x" })), annotate("q")]);
    expect(await get()).toMatchObject({ metadata: { annotations: { p: "x", q: "x" } }, spec: { hostname: "x" } });
  });
  test("two who create one name at once make one object", async () => {
    const lines = (await Promise.all([apply(vm("a", { hostname: "x" })), apply(vm("a", { hostname: "x" }))])).flat();
    expect(lines.sort()).toEqual(["instance/a created", "instance/a unchanged"]);
  });
  test("a lost reply is read back: created once, and said so", async () => {
    const lossy = faulty({ after: 1 });
    expect(await applyTo(lossy, [vm("a")])).toEqual(["instance/a created"]);
    expect((await get()).metadata.generation).toBe(1);
  });
  test("a write that did not arrive is tried again", async () => {
    expect(await applyTo(faulty({ before: 1 }), [vm("a")])).toEqual(["instance/a created"]);
  });
  test("a binding made between the look and the write is noticed", async () => {
    await apply(vm("a"));
    const commit = async (transaction: Transaction) => {
      await bind();
      return store.commit(transaction);
    };
    const late = Object.create(store, { commit: { value: commit }, get: { value: store.get.bind(store) } }) as Store;
    expect((await applyTo(late, [vm("a", { hypervisor: "host-2" })]))[0]).toContain("bound to hypervisor host-1");
    expect((await get()).spec).toEqual({});
  });
  test("a store that is away is not asked for each of many", async () => {
    let asked = 0;
    const away = Object.create(store, {
      get: {
        value: async () => {
          asked++;
          throw new StoreError("Unavailable", "away");
        },
      },
    }) as Store;
    const set = Array.from({ length: 400 }, (_, index) => vm(`vm-${index}`));
    expect(await applyTo(away, set)).toHaveLength(400);
    expect(asked).toBeLessThan(40);
  });
});

/** The store, losing the outcome of the first commits: before or after they took effect. */
function faulty(times: { before?: number; after?: number }): Store {
  const left = { before: 0, after: 0, ...times };
  const commit = async (transaction: Transaction) => {
    if (left.before-- > 0) throw new StoreError("UnknownOutcome", "lost on the way");
    const outcome = await store.commit(transaction);
    if (left.after-- > 0) throw new StoreError("UnknownOutcome", "reply lost");
    return outcome;
  };
  return Object.create(store, { commit: { value: commit }, get: { value: store.get.bind(store) } }) as Store;
}
