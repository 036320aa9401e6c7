import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Transaction } from "../../../store/store.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";
import { Cluster } from "../support/cluster.ts";
import { Crowd, namesOf } from "../support/crowd.ts";
import { storeWith } from "../support/gates.ts";

const server = sharedEtcd();
let proxy: TcpProxy;
let cluster: Cluster;
let crowd: Crowd;
beforeAll(async () => {
  proxy = await TcpProxy.start(Number(new URL(server.endpoint).port));
});
afterAll(async () => {
  await proxy.stop();
});

/** Bytes of a bind on the wire are thousands; of anything that goes by itself they are not. */
const BIND_BYTES = 1_000;
const isBind = ({ writes }: Transaction) => writes.some(({ key }) => key.startsWith("placement/allocations/"));

/** Undone by `heal`, which ends every connection: whoever waits there for an answer gets none. */
let onBind: () => void;
beforeEach(async () => {
  const root = `/test/${randomBytes(6).toString("hex")}/`;
  cluster = await Cluster.on(server, root);
  crowd = new Crowd(cluster);
  onBind = () => {};
  const far = await server.store({ root, endpoints: [proxy.endpoint] });
  await cluster.controllers({ store: storeWith(far, (transaction) => (isBind(transaction) ? onBind() : undefined)) });
  await cluster.image();
  await crowd.hosts(2);
});
afterEach(async () => {
  proxy.resume();
  await cluster.stop();
});

const allocations = () => cluster.keys("placement/allocations/");

/** Nobody holds anything twice, and the books are the sum of what is held. */
async function expectOnce(uids: readonly string[]): Promise<void> {
  expect(await allocations()).toEqual(uids.map((uid) => `placement/allocations/${uid}`).sort());
  const assigned = (await cluster.keys("assigned/")).filter((key) => key.includes("/instances/"));
  expect(assigned.map((key) => key.slice(-36)).sort()).toEqual([...uids].sort());
  const usages = (await cluster.store.list(["placement/usage/"])).entries.map(({ value }) => JSON.parse(value));
  const vcpus = usages.map(({ used }: { used: Record<string, number> }) => used["VCPU"] ?? 0);
  expect(vcpus.reduce((sum, used) => sum + used, 0)).toBe(uids.length);
}

/** How often each key of them was written since. */
async function writes(from: number, prefix: string): Promise<string[]> {
  const keys = (await cluster.revisionsSince(from)).join(" ").split(" ");
  return keys.filter((key) => key.startsWith(prefix));
}

describe("a bind of several, others of which wait behind it", () => {
  const names = namesOf(24);
  let from: number;
  const ask = async () => {
    from = await cluster.revision();
    return Promise.all(names.map((name) => cluster.instance(name)));
  };

  it("that was written and whose answer is lost is read back: no second claim, no second assignment", async () => {
    let cut: Promise<unknown> | undefined;
    onBind = () => {
      if (cut) return;
      proxy.silence("toClient");
      cut = eventually(async () => (await allocations()).length > 0).then(() => proxy.resume());
    };
    const uids = await ask();
    for (const name of names) await cluster.running(name);
    await cut;
    expect(proxy.lostBytes).toBeGreaterThan(0);
    await expectOnce(uids);
    expect((await writes(from, "placement/allocations/")).sort()).toEqual(await allocations());
  });

  it("that never arrived is written again, once", async () => {
    let cut: Promise<unknown> | undefined;
    let before: readonly string[] | undefined;
    onBind = () => {
      if (cut) return;
      const lost = proxy.lostBytes;
      proxy.silence("toServer");
      cut = eventually(() => proxy.lostBytes > lost + BIND_BYTES)
        .then(async () => {
          before = await allocations();
        })
        .then(() => proxy.resume());
    };
    const uids = await ask();
    for (const name of names) await cluster.running(name);
    await cut;
    expect(before).toEqual([]);
    await expectOnce(uids);
    expect((await writes(from, "placement/allocations/")).sort()).toEqual(await allocations());
  });
});
