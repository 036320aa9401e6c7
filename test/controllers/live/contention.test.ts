import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import { objectTail } from "../../../resources/keys.ts";
import { Namespace } from "../../../resources/namespace.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { TransientError } from "../../../runtime/errors.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { Store } from "../../../store/store.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { actingPlacement } from "../support/acting-placement.ts";
import { Cluster, statusOf } from "../support/cluster.ts";
import { Crowd } from "../support/crowd.ts";
import { Gate, storeWith, withSlowClaims } from "../support/gates.ts";
import { Objects } from "../support/objects.ts";

const server = sharedEtcd();
let cluster: Cluster;
let crowd: Crowd;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  crowd = new Crowd(cluster);
  await cluster.image();
});
afterEach(() => cluster.stop());

const LABELS = { app: "web" };
const APART = { antiAffinity: [{ labelSelector: { matchLabels: { app: "web" } }, topology: "rack" }] };

async function limit(quota: object): Promise<void> {
  const objects = new Objects(cluster);
  const tail = objectTail(Namespace, undefined, "default");
  const { metadata } = await objects.stored(tail);
  await objects.respec(tail, { quota });
  await eventually(async () => (await objects.record(tail))?.accepted?.generation === metadata.generation + 1);
}

/** Other schedulers bind while a claim is under way: what it was decided by may not hold any more. */
describe("a scheduler whose claim at an outside Placement takes long", () => {
  let gate: Gate;

  /** It is about to claim for web-0; another one binds web-1 meanwhile, and looks at nothing else. */
  const overtaken = async (spec: object, quota?: object) => {
    gate = new Gate();
    const engine = await openEmbeddedPlacement({ store: cluster.store, clock: systemClock, log: silentLog });
    const placement = withSlowClaims(actingPlacement(engine, cluster.store), gate);
    await cluster.controllers({ placement });
    await crowd.hosts(2);
    for (const name of ["host-0", "host-1"]) await cluster.hypervisor(name, {}, { labels: { rack: "r1" } });
    if (quota) await limit(quota);
    await crowd.instances(["web-0"], { ...spec, hypervisor: "host-0" }, LABELS);
    await gate.reached;
    const busy = storeWith(cluster.store, ({ writes }) => {
      if (writes.some(({ key }) => key === statusOf("web-0"))) throw new TransientError("Busy", "with others");
    });
    await crowd.outsideSchedulers(1, busy);
    await crowd.instances(["web-1"], { ...spec, hypervisor: "host-1" }, LABELS);
    await crowd.untilBound(["web-1"]);
    gate.open();
  };
  const gaveBack = () => eventually(async () => expect(await cluster.keys("placement/allocations/")).toHaveLength(1));

  it("does not bind what required antiAffinity forbids by now, and gives the claim back", async () => {
    await overtaken(APART);
    const { message } = await cluster.until("web-0", "Scheduled", "False");
    expect(message).toContain("anti-affinity to app=web by rack");
    await gaveBack();
  });

  it("does not bind beyond a quota that is used up by now, and gives the claim back", async () => {
    await overtaken({}, { vcpu: 1 });
    await cluster.until("web-0", "Scheduled", "False", "QuotaExceeded");
    await gaveBack();
  });
});

describe("a bind that is about to be written", () => {
  let gate: Gate;
  let isSlow: boolean;
  const begin = async (hosts: number) => {
    gate = new Gate();
    isSlow = false;
    const slow = storeWith(cluster.store, async ({ writes }) => {
      if (isSlow && writes.some(({ key }) => key.startsWith("placement/allocations/"))) await gate.pass();
    });
    await cluster.controllers({ store: slow });
    await crowd.hosts(hosts);
  };

  it("is decided anew when somebody on the host gets a label that it wants to be far from", async () => {
    await begin(1);
    await crowd.instances(["web-1"], {});
    await cluster.running("web-1");
    isSlow = true;
    await crowd.instances(["web-0"], { antiAffinity: [{ labelSelector: { matchLabels: LABELS } }] });
    await gate.reached;
    await cluster.change("web-1", (object) => ({ ...object, metadata: { ...object.metadata, labels: LABELS } }));
    await eventually(async () => (await cluster.record("web-1"))?.accepted?.labels?.["app"] === "web");
    gate.open();
    await crowd.settled(["web-0"]);
    expect(await crowd.hostOf("web-0")).toBeUndefined();
  });

  it("is decided anew when another is bound that has no terms, and it is the first that has", async () => {
    await begin(2);
    for (const name of ["host-0", "host-1"]) await cluster.hypervisor(name, {}, { labels: { rack: "r1" } });
    isSlow = true;
    await crowd.instances(["web-0"], { ...APART, hypervisor: "host-0" });
    await gate.reached;
    const others = storeWith(cluster.store, ({ writes }) => {
      if (writes.some(({ key }) => key === statusOf("web-0"))) throw new TransientError("Busy", "with others");
    });
    await cluster.controllers({ store: others });
    await crowd.instances(["web-1"], { hypervisor: "host-1" }, LABELS);
    await crowd.untilBound(["web-1"]);
    gate.open();
    await crowd.settled(["web-0"]);
    expect(await crowd.hostOf("web-0")).toBeUndefined();
  });

  const AGGREGATE = "5e2f5f7e-2f1b-4a53-9c7e-0d5a4d3b1a01";
  const ASIDE = [{ labelSelector: { matchLabels: LABELS }, topology: "aggregate" }];

  it.each<[string, object, object, { spec: object; labels: object }]>([
    ["a label that it goes by", APART, {}, { spec: {}, labels: { rack: "r0" } }],
    ["a label that one there goes by", {}, APART, { spec: {}, labels: { rack: "r0" } }],
    ["an aggregate that it goes by", { antiAffinity: ASIDE }, {}, { spec: { aggregates: [AGGREGATE] }, labels: {} }],
  ])("is decided anew when another's host gets %s", async (_what, spec, others, changed) => {
    await begin(2);
    await cluster.hypervisor("host-0", { aggregates: [AGGREGATE] }, { labels: { rack: "r0" } });
    await cluster.hypervisor("host-1", {}, { labels: { rack: "r1" } });
    await crowd.instances(["web-1"], { ...others, hypervisor: "host-1" }, LABELS);
    await cluster.running("web-1");
    isSlow = true;
    await crowd.instances(["web-0"], { ...spec, hypervisor: "host-0" }, LABELS);
    await gate.reached;
    await cluster.hypervisor("host-1", changed.spec, { labels: changed.labels });
    gate.open();
    await crowd.settled(["web-0"]);
    expect(await crowd.hostOf("web-0")).toBeUndefined();
  });

  it("is decided anew when that came while its event was looked up", async () => {
    gate = new Gate();
    const get: Store["get"] = async (key, options) => {
      if (key.endsWith("/Scheduled")) await gate.pass();
      return cluster.store.get(key, options);
    };
    await cluster.controllers({ store: { ...storeWith(cluster.store, () => {}), get } });
    await crowd.hosts(2);
    await cluster.hypervisor("host-0", { unschedulable: true }, { labels: { rack: "r0" } });
    await cluster.hypervisor("host-1", {}, { labels: { rack: "r1" } });
    await crowd.instances(["web-1"], { hypervisor: "host-1" }, LABELS);
    await cluster.running("web-1");
    await crowd.instances(["web-0"], { ...APART, hypervisor: "host-0" }, LABELS);
    await cluster.until("web-0", "Scheduled", "False");
    await cluster.hypervisor("host-0", {}, { labels: { rack: "r0" } });
    await gate.reached;
    await cluster.hypervisor("host-1", {}, { labels: { rack: "r0" } });
    await eventually(async () => (await cluster.hostStatus("host-1"))?.observedGeneration === 3);
    gate.open();
    await eventually(async () =>
      expect((await cluster.condition("web-0", "Scheduled"))?.message).toContain("anti-affinity"),
    );
  });
});

describe("a bind into the last room", () => {
  it("is decided anew when a growth takes it meanwhile", async () => {
    const gate = new Gate();
    let isSlow = false;
    const isOfLate = (writes: readonly { readonly key: string }[]) =>
      writes.some(({ key }) => key === statusOf("late"));
    const slow = storeWith(cluster.store, async ({ writes }) => {
      if (isSlow && isOfLate(writes) && writes.some(({ key }) => key.startsWith("placement/allocations/")))
        await gate.pass();
    });
    await cluster.controllers({ store: slow });
    await crowd.hosts(1);
    const early = await cluster.instance("early", { resources: { memory: "8Gi" } });
    await cluster.running("early");
    isSlow = true;
    await crowd.instances(["late"], { resources: { memory: "6Gi" } });
    await gate.reached;
    await cluster.respec("early", { resources: { memory: "10Gi" } });
    await eventually(async () => (await cluster.assigned(early, "host-0"))?.machine.memory === 10 * 2 ** 30);
    gate.open();
    const { message } = await cluster.until("late", "Scheduled", "False", "NoCapacity");
    expect(message).toContain("MEMORY_MB");
    expect(await cluster.keys("placement/allocations/")).toEqual([`placement/allocations/${early}`]);
  });
});

describe("a growth that is about to be written", () => {
  it.each([
    ["lowered", { memory: "4Gi" }],
    ["set", {}],
  ])("is decided anew when the quota is %s meanwhile", async (_what, before) => {
    const gate = new Gate();
    let isSlow = false;
    const slow = storeWith(cluster.store, async ({ writes }) => {
      if (isSlow && writes.some(({ key }) => key.startsWith("placement/allocations/"))) await gate.pass();
    });
    await cluster.controllers({ store: slow });
    await crowd.hosts(1);
    await limit(before);
    const uid = await cluster.instance("web-0");
    await cluster.running("web-0");
    isSlow = true;
    await cluster.respec("web-0", { resources: { memory: "2Gi" } });
    await gate.reached;
    await limit({ memory: "1Gi" });
    gate.open();
    await cluster.until("web-0", "Allocated", "False", "NoCapacity");
    expect((await cluster.assigned(uid, "host-0"))?.machine.memory).toBe(512 * 2 ** 20);
  });
});
