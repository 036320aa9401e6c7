import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import type { Placement } from "../../../placement/placement.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { actingPlacement } from "../support/acting-placement.ts";
import { Cluster, statusOf } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.on(server);
});
afterEach(() => cluster.stop());

/** Notes what is on record whenever it is asked to claim. */
async function noting(onRecord: unknown[]): Promise<Placement> {
  const engine = await openEmbeddedPlacement({ store: cluster.store, clock: systemClock, log: silentLog });
  const acting = actingPlacement(engine, cluster.store);
  return {
    ...acting,
    claim: async (...request) => {
      onRecord.push((await cluster.record("web-1"))?.scheduling?.host);
      return acting.claim(...request);
    },
  };
}

it("is on record when an outside Placement is asked to claim (I5)", async () => {
  const onRecord: unknown[] = [];
  const controllers = await cluster.controllers({ placement: await noting(onRecord) });
  await cluster.node();
  await cluster.hostReady("host-1");
  await cluster.image();
  const uid = await cluster.instance("web-1");
  await cluster.running("web-1");
  expect(new Set(onRecord)).toEqual(new Set(["host-1"]));

  // And when status and allocation were lost, and are to be what they were.
  await controllers.stop();
  await cluster.remove(statusOf("web-1"), `placement/allocations/${uid}`, ...(await cluster.keys("placement/usage/")));
  const again: unknown[] = [];
  await cluster.controllers({ placement: await noting(again) });
  await cluster.running("web-1");
  expect(new Set(again)).toEqual(new Set(["host-1"]));
});

it("keeps what was bound while the sweeper was about to give it back", async () => {
  const uid = randomUUID();
  const engine = await openEmbeddedPlacement({ store: cluster.store, clock: systemClock, log: silentLog });
  const acting = actingPlacement(engine, cluster.store);
  let releases = 0;
  // After its last compare and before its request the sweeper stands still, until the uid has an owner that is bound.
  const bindFirst = async (): Promise<void> => {
    if (releases++ > 0) return;
    await cluster.instance("web-1", {}, { uid });
    await eventually(async () => (await cluster.record("web-1"))?.binding !== undefined);
  };
  const placement: Placement = {
    ...acting,
    release: (consumer) => bindFirst().then(() => acting.release(consumer)),
    releaseSeen: (seen) => bindFirst().then(() => acting.releaseSeen(seen)),
  };
  const controllers = await cluster.controllers({ placement });
  await cluster.node();
  await cluster.hostReady("host-1");
  await cluster.image();
  const provider = (await cluster.read<{ uid: string }>("status/cluster/hypervisors/host-1"))?.uid ?? "";
  const allocations = { [provider]: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 2 } };
  await acting.claim({ uuid: uid, project: "p", user: "u" }, { provider, allocations });
  controllers.resync();
  await cluster.running("web-1");
  await controllers.idle();
  expect(releases).toBe(1);
  expect(await acting.allocation(uid)).toMatchObject({ allocations });
});

it("claims for none of a batch what another of it is going to claim", async () => {
  const engine = await openEmbeddedPlacement({ store: cluster.store, clock: systemClock, log: silentLog });
  const acting = actingPlacement(engine, cluster.store);
  /** Where each was going to be when it was first claimed for. */
  const planned = new Map<string, string>();
  const placement: Placement = {
    ...acting,
    claim: (consumer, candidate, signal) => {
      if (!planned.has(consumer.uuid)) planned.set(consumer.uuid, candidate.provider);
      return acting.claim(consumer, candidate, signal);
    },
  };
  const first = await cluster.controllers();
  // Less the host's own half a GiB: five fit on the emptier one, four on the other.
  const size = (gib: number) => ({ simulated: { capacity: { vcpu: 8, memory: gib * 2 ** 30, disk: 2 ** 40 } } });
  for (const [name, gib] of [["host-1", 3] as const, ["host-2", 2.5] as const]) {
    await cluster.node(name, size(gib));
    await cluster.hostReady(name);
  }
  await cluster.image();
  await first.stop();
  const names = Array.from({ length: 9 }, (_, n) => `web-${n}`);
  for (const name of names) await cluster.instance(name);
  await cluster.controllers({ placement });
  for (const name of names) await cluster.running(name);
  const counts = new Map<string, number>();
  for (const provider of planned.values()) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  expect([...counts.values()].sort()).toEqual([4, 5]);
});

it("binds what one batch claimed on one host, though it takes several transactions", async () => {
  const engine = await openEmbeddedPlacement({ store: cluster.store, clock: systemClock, log: silentLog });
  const acting = actingPlacement(engine, cluster.store);
  let recovered = 0;
  // One claim after the other: a real Placement repeats lost races of one host itself.
  let turn: Promise<unknown> = Promise.resolve();
  const placement: Placement = {
    ...acting,
    assuming: () => placement,
    claim: (...request) => {
      const claimed = turn.then(() => acting.claim(...request));
      turn = claimed.catch(() => {});
      return claimed;
    },
    allocation: async (consumer, signal) => {
      const held = await acting.allocation(consumer, signal);
      if (held) recovered += 1;
      return held;
    },
  };
  const first = await cluster.controllers();
  await cluster.node("host-1", { simulated: { capacity: { vcpu: 64, memory: 2 ** 40, disk: 2 ** 44 } } });
  await cluster.hostReady("host-1");
  await cluster.image();
  await first.stop();
  const names = Array.from({ length: 40 }, (_, n) => `web-${n}`);
  for (const name of names) await cluster.instance(name);
  await cluster.controllers({ placement });
  for (const name of names) await cluster.running(name);
  // A host that says something at this moment costs those of one transaction another pass.
  expect(recovered).toBeLessThan(10);
});
