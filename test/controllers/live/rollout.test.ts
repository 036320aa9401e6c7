import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InstanceSet, type InstanceSetSpec, type InstanceTemplate } from "../../../resources/instance-set.ts";
import type { TemplateRevision } from "../../../resources/template-revision.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";
import { Objects } from "../support/objects.ts";

const server = sharedEtcd();
let cluster: Cluster;
let objects: Objects;
let running: Awaited<ReturnType<Cluster["one"]>>;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  objects = new Objects(cluster);
  running = await cluster.one({
    simulated: { bootMs: 150, capacity: { vcpu: 32, memory: 32 * 2 ** 30, disk: 2 ** 40 } },
  });
  await cluster.image();
});
afterEach(() => cluster.stop());

const LABELS = { app: "web" };
const TAIL = "ns/default/instancesets/web";
const member = (ordinal: number) => `ns/default/instances/web-${ordinal}`;

async function started(replicas: number, spec: object = {}, more: object = {}): Promise<void> {
  const template = { metadata: { labels: LABELS }, spec: { image: { name: "tiny" }, ...spec } };
  await objects.put(InstanceSet, "web", { replicas, selector: { matchLabels: LABELS }, template, ...more });
  await rolledOut();
}
async function rolledOut(): Promise<void> {
  await eventually(async () => {
    const { metadata } = await objects.stored(TAIL);
    const status = (await objects.record(TAIL))?.status;
    const isTrue = (type: string) =>
      status?.conditions?.some((condition) => condition.type === type && condition.status === "True");
    if (status?.["observedGeneration"] !== metadata.generation || !isTrue("Ready") || !isTrue("Updated"))
      throw new Error(JSON.stringify(status));
  });
}
async function retemplate(change: (template: InstanceTemplate) => InstanceTemplate): Promise<void> {
  const { template } = (await objects.stored<InstanceSetSpec>(TAIL)).spec;
  await objects.respec(TAIL, { template: change(template) });
}
const respec = (spec: object) => retemplate((template) => ({ ...template, spec: { ...template.spec, ...spec } }));

const uids = (count: number) =>
  Promise.all(
    Array.from({ length: count }, async (_, ordinal) => (await objects.stored(member(ordinal))).metadata.uid),
  );
const machineOf = (uid: string) => {
  const machine = cluster.host().machines.get(uid);
  if (!machine) throw new Error(`no machine ${uid}`);
  return machine;
};
const vcpuOf = (uid: string) => machineOf(uid).domain?.machine.vcpu;

/** The order guests went down in. */
function watchStops(all: readonly string[]): { readonly order: number[]; stop: () => void } {
  const order: number[] = [];
  const stop = cluster.host().listen(() => {
    const down = all.filter((uid) => cluster.host().machines.get(uid)?.domain?.state !== "running");
    for (const uid of down) if (!order.includes(all.indexOf(uid))) order.push(all.indexOf(uid));
  });
  return { order, stop };
}

/** The least that were ready at a time, since a revision. */
async function leastReady(from: number): Promise<number> {
  const mark = await cluster.put("alive/mark", { mark: from });
  const stop = new AbortController();
  let least = Number.POSITIVE_INFINITY;
  for await (const batch of cluster.store.watch([`status/${TAIL}`, "alive/mark"], { from, signal: stop.signal })) {
    for (const change of batch.changes) {
      if (change.type !== "put" || change.entry.key !== `status/${TAIL}`) continue;
      const { status } = JSON.parse(change.entry.value) as { status: { readyReplicas: number } };
      least = Math.min(least, status.readyReplicas);
    }
    if (batch.revision >= mark) break;
  }
  stop.abort();
  return least;
}

describe("a change of the template", () => {
  it("that is live is written through, and nobody goes down", async () => {
    await started(3);
    const all = await uids(3);
    const stops = watchStops(all);
    await retemplate((template) => ({
      metadata: { labels: { ...LABELS, tier: "front" } },
      spec: { ...template.spec, description: "all of them" },
    }));
    await rolledOut();
    for (const ordinal of [0, 1, 2])
      expect(await objects.stored(member(ordinal))).toMatchObject({
        metadata: { labels: { app: "web", tier: "front" } },
        spec: { description: "all of them" },
      });
    expect(stops.order).toEqual([]);
    stops.stop();
  });

  it("that needs a restart goes from the highest ordinal down, one at a time", async () => {
    await started(3);
    const all = await uids(3);
    const stops = watchStops(all);
    const before = await cluster.revision();
    await respec({ resources: { vcpu: 2 } });
    await rolledOut();
    stops.stop();
    expect(all.map(vcpuOf)).toEqual([2, 2, 2]);
    expect(stops.order).toEqual([2, 1, 0]);
    expect(await leastReady(before)).toBe(2);
    expect(await uids(3)).toEqual(all);
  });

  it("that its host has no room for is held back, and restarts nobody for nothing", async () => {
    await started(2, { resources: { memory: "1Gi" } });
    await respec({ resources: { memory: "64Gi" } });
    await eventually(async () => {
      const { conditions } = (await objects.record(TAIL))?.status ?? {};
      const updated = conditions?.find(({ type }) => type === "Updated");
      expect([updated?.reason, updated?.message]).toEqual(["HeldBack", expect.stringContaining("cannot give more")]);
    });
    await running.controllers.idle();
    const told = await Promise.all((await uids(2)).map((uid) => cluster.assigned(uid)));
    expect(told.map((assigned) => [assigned?.generation, assigned?.restartToken])).toEqual([
      [2, undefined],
      [2, undefined],
    ]);
    await respec({ resources: { memory: "2Gi" } });
    await rolledOut();
    expect((await uids(2)).map((uid) => machineOf(uid).domain?.machine.memory)).toEqual([2 ** 31, 2 ** 31]);
  });

  it("is carried on by another leader, within the same bounds", async () => {
    await started(3);
    const all = await uids(3);
    const before = await cluster.revision();
    await respec({ resources: { vcpu: 2 } });
    await eventually(async () => (await objects.stored(member(2))).metadata.generation === 2);
    await running.controllers.stop();
    await cluster.controllers();
    await rolledOut();
    expect(all.map(vcpuOf)).toEqual([2, 2, 2]);
    expect(await leastReady(before)).toBe(2);
  });

  it("goes as wide as maxUnavailable allows", async () => {
    await started(4, {}, { updateStrategy: { rollingUpdate: { maxUnavailable: "50%" } } });
    const all = await uids(4);
    const stops = watchStops(all);
    const before = await cluster.revision();
    await respec({ hostname: "same" });
    await rolledOut();
    stops.stop();
    expect(await leastReady(before)).toBe(2);
    expect(new Set(stops.order.slice(0, 2))).toEqual(new Set([2, 3]));
  });

  it("that needs a new disk is held back and said so, until updatePolicy lets it: then one after the other", async () => {
    await started(2);
    const all = await uids(2);
    const before = all.map((uid) => machineOf(uid).seed?.instanceId);
    await respec({ sshKeys: ["ssh-ed25519 AAAA me"] });
    const { message } = await objects.until(TAIL, "Updated", "False", "HeldBack");
    expect(message).toContain("spec.sshKeys (NeedsRecreate)");
    await objects.until(TAIL, "Ready", "True");
    expect(all.map((uid) => machineOf(uid).seed?.instanceId)).toEqual(before);
    const stops = watchStops(all);
    await respec({ updatePolicy: { recreate: "OnChange" } });
    await rolledOut();
    stops.stop();
    expect(stops.order).toEqual([1, 0]);
    expect(all.map((uid) => machineOf(uid).seed?.sshKeys)).toEqual([["ssh-ed25519 AAAA me"], ["ssh-ed25519 AAAA me"]]);
  });

  it("that a bound instance cannot take is held back, or replaces the instance", async () => {
    await started(2);
    const all = await uids(2);
    await respec({ traits: { forbidden: ["HW_CPU_X86_VMX"] } });
    const { message } = await objects.until(TAIL, "Updated", "False", "HeldBack");
    expect(message).toContain("web-1: spec.traits.forbidden cannot change on a bound instance");
    expect(await uids(2)).toEqual(all);
    await respec({ updatePolicy: { recreate: "OnChange" } });
    await rolledOut();
    const next = await uids(2);
    expect(next.filter((uid) => all.includes(uid))).toEqual([]);
    expect([...cluster.host().machines.keys()].sort()).toEqual([...next].sort());
  });

  it("that is bad stops at the first instance, and undoing it mends that one", async () => {
    await started(3);
    const all = await uids(3);
    await respec({ interfaces: [{ name: "lan", network: "nowhere" }] });
    await objects.until(TAIL, "Ready", "False");
    await eventually(() => machineOf(all[2] ?? "").domain?.state !== "running");
    await eventually(async () => (await objects.condition(member(2), "Ready"))?.status === "False");
    expect(all.slice(0, 2).map((uid) => machineOf(uid).domain?.state)).toEqual(["running", "running"]);
    await retemplate(({ spec, ...template }) => {
      const { interfaces: _bad, ...good } = spec;
      return { ...template, spec: good };
    });
    await rolledOut();
    expect(all.map((uid) => machineOf(uid).domain?.state)).toEqual(["running", "running", "running"]);
  });

  it("OnDelete: waits for each instance to be deleted", async () => {
    await started(2, {}, { updateStrategy: { type: "OnDelete" } });
    const [kept = "", gone = ""] = await uids(2);
    await respec({ resources: { vcpu: 2 } });
    await objects.until(TAIL, "Updated", "False", "OnDelete");
    await objects.delete(member(1));
    await eventually(
      async () => (await uids(2))[1] !== gone && (await objects.condition(TAIL, "Ready"))?.status === "True",
    );
    await eventually(async () => vcpuOf((await uids(2))[1] ?? "") === 2);
    expect(vcpuOf(kept)).toBe(1);
    expect((await objects.record(TAIL))?.status["updatedReplicas"]).toBe(1);
  });
});

describe("what is whose", () => {
  it("fields of the template are the set's; others stay as somebody set them", async () => {
    await started(1, { description: "ours" });
    await objects.respec(member(0), { description: "mine", hostname: "mine" });
    await eventually(async () => {
      const { description, hostname } = (await objects.stored<{ description: string; hostname: string }>(member(0)))
        .spec;
      if (description !== "ours" || hostname !== "mine") throw new Error(`${description} ${hostname}`);
    });
    await retemplate(({ spec: { description: _gone, ...spec }, ...template }) => ({ ...template, spec }));
    await eventually(async () => !("description" in ((await objects.stored(member(0))).spec as object)));
    expect((await objects.stored(member(0))).spec).toMatchObject({ hostname: "mine" });
  });
});

describe("the templates on record", () => {
  const revisions = async () => {
    const { uid } = (await objects.stored(TAIL)).metadata;
    const found = await cluster.store.list([`revisions/${uid}/`]);
    return found.entries.map(({ value }) => JSON.parse(value) as TemplateRevision);
  };

  it("are numbered, named by their content, as many as the limit says, and the newest is what is", async () => {
    await started(1, {}, { revisionHistoryLimit: 1 });
    for (const description of ["a", "b"]) {
      await respec({ description });
      await rolledOut();
    }
    const known = await revisions();
    expect(known.map(({ number }) => number)).toEqual([2, 3]);
    expect((await objects.record(TAIL))?.status).toMatchObject({
      updateRevision: known[1]?.name,
      currentRevision: known[1]?.name,
    });
    await respec({ description: "a" });
    await rolledOut();
    expect((await revisions()).map(({ number, name }) => [number, name])).toEqual([
      [3, known[1]?.name],
      [4, known[0]?.name],
    ]);
  });
});
