import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunningControllers } from "../../../controllers/start-controllers.ts";
import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import type { Placement } from "../../../placement/placement.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { joinParts } from "../../../store/transaction-part.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { actingPlacement } from "../support/acting-placement.ts";
import { Cluster, specOf, statusOf } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;

const SIZE = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 2 };
const GIB = 2 ** 30;

/** The same behaviour is asked of both kinds of Placement. */
describe.each(["in our transactions", "acting at once"])("a Placement %s", (kind) => {
  let controllers: RunningControllers;

  beforeEach(async () => {
    cluster = await Cluster.on(server);
    controllers = await replica();
    await cluster.node("host-1", { simulated: { capacity: { vcpu: 8, memory: 3 * GIB, disk: 200 * GIB } } });
    await cluster.hostReady("host-1");
    await cluster.image();
  });
  afterEach(() => cluster.stop());

  const open = async (): Promise<Placement> => {
    const engine = await openEmbeddedPlacement({ store: cluster.store, clock: systemClock, log: silentLog });
    return kind === "acting at once" ? actingPlacement(engine, cluster.store) : engine;
  };
  const replica = async () => cluster.controllers({ placement: await open() });
  const provider = async () =>
    (await cluster.read<{ uid: string }>("status/cluster/hypervisors/host-1"))?.uid ?? "unknown";
  const allocation = (uid: string) =>
    cluster.read<{ allocations: Record<string, { resources: object }> }>(`placement/allocations/${uid}`);
  const whileAway = async (work: () => Promise<unknown>) => {
    await controllers.stop();
    await work();
    controllers = await replica();
  };
  const claim = async (uid: string, resources: Record<string, number> = SIZE) => {
    const placement = await openEmbeddedPlacement({ store: cluster.store, clock: systemClock, log: silentLog });
    const key = await provider();
    const part = await placement.claim(
      { uuid: uid, project: "p", user: "u" },
      { provider: key, allocations: { [key]: resources } },
    );
    expect((await cluster.store.commit(joinParts(part))).kind).toBe("committed");
    await placement.close();
  };
  /** As a scheduler leaves it that died between claim and bind. */
  const interrupted = async (uid: string) => {
    const spec = await cluster.store.get(specOf("web-1"));
    const record = {
      uid,
      specCreateRevision: spec?.createRevision,
      status: {},
      scheduling: { host: "host-1", attempt: 1, since: "2030-01-01T00:00:00Z" },
    };
    await cluster.put(statusOf("web-1"), record);
    await cluster.put(`uids/${uid}`, { tail: "ns/default/instances/web-1" });
  };

  it("books a start and gives it back with the deletion", async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    expect(Object.values((await allocation(uid))?.allocations ?? {})).toMatchObject([{ resources: SIZE }]);
    expect((await cluster.record("web-1"))?.scheduling).toBeUndefined();
    await cluster.delete("web-1");
    await cluster.gone("web-1");
    expect(await cluster.keys("placement/allocations/")).toEqual([]);
  });

  it("adopts the claim of a scheduler that died before the bind", async () => {
    const uid = randomUUID();
    await whileAway(async () => {
      await cluster.instance("web-1", {}, { uid });
      await interrupted(uid);
      await claim(uid);
    });
    await cluster.running("web-1");
    expect(await cluster.keys("placement/allocations/")).toEqual([`placement/allocations/${uid}`]);
  });

  it("gives such a claim back when the spec asks for something else by now", async () => {
    const uid = randomUUID();
    await whileAway(async () => {
      await cluster.instance("web-1", { resources: { vcpu: 2 } }, { uid });
      await interrupted(uid);
      await claim(uid);
    });
    await cluster.running("web-1");
    const [held] = Object.values((await allocation(uid))?.allocations ?? {});
    expect(held?.resources).toEqual({ ...SIZE, VCPU: 2 });
  });

  it("gives back what nobody owns", async () => {
    const uid = randomUUID();
    await whileAway(() => claim(uid));
    await eventually(async () => (await allocation(uid)) === undefined);
  });

  it("keeps the booking of what runs when its own records are lost, and goes on with the others", async () => {
    const uid = await cluster.instance("web-1");
    const quarantined = await cluster.instance("web-2");
    await cluster.running("web-1");
    await cluster.running("web-2");
    const nobodys = randomUUID();
    await whileAway(async () => {
      await cluster.remove(`uids/${uid}`);
      await cluster.put(statusOf("web-2"), "nonsense");
      await claim(nobodys);
    });
    await eventually(async () => (await allocation(nobodys)) === undefined);
    expect(await allocation(uid)).toBeDefined();
    expect(await allocation(quarantined)).toBeDefined();
  });

  it("takes over and uses what an unbound instance holds without an intent", async () => {
    const uid = randomUUID();
    await whileAway(async () => {
      await cluster.instance("web-1", {}, { uid });
      const spec = await cluster.store.get(specOf("web-1"));
      await cluster.put(statusOf("web-1"), { uid, specCreateRevision: spec?.createRevision, status: {} });
      await cluster.put(`uids/${uid}`, { tail: "ns/default/instances/web-1" });
      await claim(uid, { ...SIZE, VCPU: 7 });
    });
    await cluster.running("web-1");
    await eventually(async () => {
      const [held] = Object.values((await allocation(uid))?.allocations ?? {});
      return JSON.stringify(held?.resources) === JSON.stringify(SIZE);
    });
  });

  it("books a running instance again whose allocation was lost", async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    await whileAway(() => cluster.remove(`placement/allocations/${uid}`, `placement/usage/${"x"}`));
    await eventually(async () => (await allocation(uid)) !== undefined);
    expect(cluster.host().machines.get(uid)?.domain?.state).toBe("running");
  });

  it("says AllocationMissing when there is no room to book it, never stops it, and heals", async () => {
    const uid = await cluster.instance("web-1", { resources: { memory: "1Gi" } });
    await cluster.running("web-1");
    const other = randomUUID();
    await whileAway(async () => {
      const usage = (await cluster.keys("placement/usage/"))[0] ?? "";
      await cluster.remove(`placement/allocations/${uid}`, usage);
      await cluster.instance("web-2", { resources: { memory: "2Gi" } }, { uid: other });
      await interruptedOther(other);
      await claim(other, { VCPU: 1, MEMORY_MB: 2048, DISK_GB: 2 });
    });
    const { message } = await cluster.until("web-1", "Allocated", "False", "AllocationMissing");
    expect(message).toContain("MEMORY_MB");
    expect(cluster.host().machines.get(uid)?.domain?.state).toBe("running");
    expect((await cluster.condition("web-1", "Ready"))?.status).toBe("True");
    await cluster.running("web-2");
    await cluster.delete("web-2");
    await cluster.gone("web-2");
    await whileAway(async () => {});
    await cluster.until("web-1", "Allocated", "True");
    expect(await allocation(uid)).toBeDefined();
  });

  const interruptedOther = async (uid: string) => {
    const spec = await cluster.store.get(specOf("web-2"));
    const scheduling = { host: "host-1", attempt: 1, since: "2030-01-01T00:00:00Z" };
    await cluster.put(statusOf("web-2"), { uid, specCreateRevision: spec?.createRevision, status: {}, scheduling });
    await cluster.put(`uids/${uid}`, { tail: "ns/default/instances/web-2" });
  };

  it("grows and shrinks with the instance", async () => {
    const uid = await cluster.instance("web-1");
    await cluster.running("web-1");
    await cluster.respec("web-1", { resources: { vcpu: 3 } });
    const vcpus = async () => {
      const [held] = Object.values((await allocation(uid))?.allocations ?? {});
      return (held?.resources as typeof SIZE | undefined)?.VCPU;
    };
    await eventually(async () => (await vcpus()) === 3);
    await cluster.until("web-1", "RestartRequired", "True");
    await cluster.respec("web-1", { resources: { vcpu: 1 } });
    await cluster.until("web-1", "RestartRequired", "False");
    await eventually(async () => (await vcpus()) === 1);
  });
});
