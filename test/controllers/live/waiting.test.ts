import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import type { PlacementView } from "../../../placement/placement.ts";
import { objectTail } from "../../../resources/keys.ts";
import { Namespace } from "../../../resources/namespace.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { Store } from "../../../store/store.ts";
import type { TransactionPart } from "../../../store/transaction-part.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster, objectOf, specOf } from "../support/cluster.ts";
import { Crowd, namesOf } from "../support/crowd.ts";
import { storeWith } from "../support/gates.ts";
import { Objects } from "../support/objects.ts";

const server = sharedEtcd();
let cluster: Cluster;
let crowd: Crowd;
let asked: number;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  crowd = new Crowd(cluster);
  asked = 0;
  await cluster.image();
});
afterEach(() => cluster.stop());

const GIB = 2 ** 30;
const FOUR_GIB = { vcpu: 64, memory: 4 * GIB, disk: 2000 * GIB };
const sized = (memory: string, more: object = {}) => ({ resources: { vcpu: 1, memory, disk: "1Gi" }, ...more });

/** Controllers whose questions to Placement are counted: what waiting costs. */
async function counting() {
  const inner = await openEmbeddedPlacement({ store: cluster.store, clock: systemClock, log: silentLog });
  const counted = <View extends PlacementView>(view: View): View =>
    new Proxy(view, {
      get: (target, name) => {
        if (name === "candidates") asked += 1;
        const found: unknown = Reflect.get(target, name, target);
        if (name === "assuming") return (part: TransactionPart) => counted(inner.assuming(part));
        return typeof found === "function" ? found.bind(target) : found;
      },
    });
  const placement = counted(inner);
  return cluster.controllers({ placement });
}

/** Instances with others' words for them: many at once. */
async function many(store: Store, names: readonly string[], spec: object): Promise<void> {
  for (let start = 0; start < names.length; start += 90) {
    const writes = names.slice(start, start + 90).map((name) => ({
      op: "put" as const,
      key: specOf(name),
      value: JSON.stringify(objectOf("Instance", { name, namespace: "default" }, { image: { name: "tiny" }, ...spec })),
    }));
    await store.commit({ compares: [], writes });
  }
}

const reasonsOf = async (prefix: string): Promise<(string | undefined)[]> => {
  const { entries } = await cluster.store.list([`status/ns/default/instances/${prefix}`]);
  return entries.map(
    ({ value }) =>
      JSON.parse(value).status.conditions?.find(({ type }: { type: string }) => type === "Scheduled")?.reason,
  );
};
const versionsOf = async (prefix: string) =>
  (await cluster.store.list([`status/ns/default/instances/${prefix}`])).entries.map(
    ({ createRevision, modRevision }) => modRevision === createRevision,
  );
const bound = async (prefix: string) => (await reasonsOf(prefix)).filter((reason) => reason === "Bound").length;

describe("two thousand instances that fit nowhere", () => {
  it("are told once, cost a look per kind and news, and hold up nothing that fits", { timeout: 120_000 }, async () => {
    const controllers = await counting();
    await crowd.hosts(2, FOUR_GIB);
    const kinds = ["a", "b", "c"];
    await crowd.instances(["stays"], sized("3Gi"));
    await cluster.running("stays");
    for (const [index, kind] of kinds.entries())
      await many(cluster.store, namesOf(666, kind), sized(`${8 + index}Gi`, { priority: index }));
    await eventually(
      async () => {
        for (const kind of kinds) expect((await reasonsOf(kind)).filter(Boolean)).toHaveLength(666);
      },
      { deadlineMs: 60_000, everyMs: 200 },
    );
    await controllers.idle();
    for (const kind of kinds) expect((await versionsOf(kind)).every(Boolean)).toBe(true);
    expect(asked).toBeLessThan(60);
    const before = asked;
    await crowd.instances(["small"], sized("512Mi"));
    await crowd.untilBound(["small"]);
    await cluster.delete("stays");
    await cluster.gone("stays");
    await controllers.idle();
    for (const kind of kinds) expect((await versionsOf(kind)).every(Boolean)).toBe(true);
    expect(asked - before).toBeLessThan(60);
  });
});

describe("room that comes free", () => {
  it("goes to the highest priorities, whatever their kinds", async () => {
    await cluster.controllers();
    await crowd.hosts(1, FOUR_GIB);
    await crowd.instances(["first"], sized("3Gi"));
    await cluster.running("first");
    await crowd.instances(namesOf(4, "high"), sized("1Gi", { priority: 10 }));
    await crowd.instances(namesOf(4, "low"), sized("1Gi", { priority: 1, description: "other", sshKeys: [] }), {
      app: "other",
    });
    await crowd.settled([...namesOf(4, "high"), ...namesOf(4, "low")]);
    await cluster.delete("first");
    await crowd.untilBound(namesOf(4, "high"), 3);
    expect(await bound("low")).toBe(0);
  });

  it("goes to as many as fit, the highest first, also under a new leader", async () => {
    const first = await cluster.controllers();
    await crowd.hosts(1, FOUR_GIB);
    await crowd.instances(["first"], sized("3Gi"));
    await cluster.running("first");
    const names = namesOf(6);
    for (const [index, name] of names.entries()) await crowd.instances([name], sized("1200Mi", { priority: index }));
    await crowd.settled(names);
    await first.stop();
    await cluster.controllers();
    await cluster.delete("web-5");
    await cluster.gone("web-5");
    await cluster.delete("first");
    await crowd.untilBound(names.slice(0, 5), 2);
    expect(await crowd.bound(names)).toEqual(["web-3", "web-4"]);
  });
});

describe("an instance that waits", () => {
  const near = { affinity: [{ labelSelector: { matchLabels: { app: "db" } } }] };

  it("for somebody to be near to has a host when that one comes, or is labelled so", async () => {
    await cluster.controllers();
    await crowd.hosts(2);
    await crowd.instances(["web"], near);
    await crowd.settled(["web"]);
    await crowd.instances(["db"], {}, { app: "db" });
    await crowd.untilBound(["web"]);
    expect(await crowd.hostOf("web")).toBe(await crowd.hostOf("db"));
    const cache = { affinity: [{ labelSelector: { matchLabels: { app: "cache" } } }] };
    await crowd.instances(["worker"], cache);
    await crowd.settled(["worker"]);
    await cluster.change("db", (object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { app: "cache" } },
    }));
    await crowd.untilBound(["worker"]);
    expect(await crowd.hostOf("worker")).toBe(await crowd.hostOf("db"));
  });

  it("for a quota has a host when it is raised", async () => {
    await cluster.controllers();
    await crowd.hosts(1);
    const objects = new Objects(cluster);
    const tail = objectTail(Namespace, undefined, "default");
    await objects.respec(tail, { quota: { vcpu: 1 } });
    await eventually(async () => (await objects.record(tail))?.accepted?.generation === 2);
    const names = namesOf(3);
    await crowd.instances(names, {});
    await crowd.settled(names);
    expect(await crowd.hostsOf(names)).toHaveLength(1);
    await objects.respec(tail, { quota: { vcpu: 2 } });
    await crowd.untilBound(names, 2);
  });

  it("is not held up by an equal that now asks for what nobody knows", async () => {
    await cluster.controllers();
    await cluster.node("host-1", { simulated: { capacity: { vcpu: 8, memory: 4 * GIB, disk: 2000 * GIB } } });
    await cluster.hostReady("host-1");
    await cluster.instance("full", sized("3Gi"));
    await cluster.running("full");
    await cluster.instance("first", sized("2Gi", { priority: 9 }));
    await cluster.until("first", "Scheduled", "False", "NoCapacity");
    await cluster.instance("second", sized("2Gi"));
    await cluster.until("second", "Scheduled", "False", "NoCapacity");
    await cluster.respec("first", { traits: { required: ["CUSTOM_NOBODY_HAS_IT"] } });
    await cluster.until("first", "Scheduled", "False", "InvalidRequest");
    await cluster.delete("full");
    await cluster.until("second", "Scheduled", "True");
  });
});

it("who was refused for room that somebody was about to take has it when that one does not", async () => {
  let isFirst = true;
  const store = storeWith(cluster.store, async ({ writes }) => {
    if (!isFirst || !writes.some(({ key }) => key.startsWith("placement/allocations/"))) return;
    isFirst = false;
    await cluster.respec("a-first", { resources: { vcpu: 1, memory: "900Gi", disk: "1Gi" } });
  });
  await cluster.controllers({ store });
  await crowd.hosts(1, FOUR_GIB);
  await many(cluster.store, ["a-first", "b-second"], sized("3Gi"));
  await cluster.until("a-first", "Scheduled", "False", "NoCapacity");
  await cluster.until("b-second", "Scheduled", "True");
  expect(isFirst).toBe(false);
});
