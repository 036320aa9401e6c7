import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../runtime/clock.ts";
import type { Lease, Store } from "../../../store/store.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

let server: EtcdServer;
const proxies: TcpProxy[] = [];
beforeAll(async () => {
  server = await EtcdServer.start();
});
afterAll(async () => {
  for (const proxy of proxies) await proxy.stop();
  await server.stop();
});

interface Leased {
  readonly lease: Lease;
  /** Between the lease's holder and etcd, and nobody else. */
  readonly proxy: TcpProxy;
  readonly direct: Store;
}

/** A lease with one key, `alive/x`. */
async function leased(ttlSeconds: number): Promise<Leased> {
  const proxy = await TcpProxy.start(server.clientPort);
  proxies.push(proxy);
  const root = `/test/${proxy.port}/`;
  const direct = await server.store({ root });
  const store = await server.store({ root, endpoints: [proxy.endpoint], requestTimeoutMs: 1_000 });
  const lease = await store.grantLease(ttlSeconds);
  await store.commit({ compares: [], writes: [{ op: "put", key: "alive/x", value: "1", leaseId: lease.id }] });
  return { lease, proxy, direct };
}

const boottimeReaches = (ms: number): Promise<unknown> => eventually(() => systemClock.boottime() > ms);

/** Real time has to pass here, so they wait together. */
describe.concurrent("a lease", () => {
  test("is kept past its TTL while etcd answers, the deadline ahead of the clock", async () => {
    const { lease, direct } = await leased(2);
    await boottimeReaches(systemClock.boottime() + 3_000);
    expect(lease.held()).toBe(true);
    expect(lease.deadline()).toBeGreaterThan(systemClock.boottime());
    expect(await direct.get("alive/x")).toBeDefined();
  });

  test("without answers counts as lost while the server still holds the key", async () => {
    const { lease, proxy, direct } = await leased(2);
    proxy.silence("toClient", "toServer");
    await eventually(() => lease.lost.aborted);
    expect(await direct.get("alive/x")).toBeDefined();
    expect(lease.held()).toBe(false);
    expect(systemClock.boottime()).toBeGreaterThanOrEqual(lease.deadline());
    await eventually(async () => expect(await direct.get("alive/x")).toBeUndefined());
  });

  test("once lost stays lost, whatever the server says later", async () => {
    const { lease, proxy, direct } = await leased(2);
    proxy.silence("toClient");
    await eventually(() => lease.lost.aborted);
    proxy.resume();
    const deadline = lease.deadline();
    await eventually(async () => expect(await direct.get("alive/x")).toBeUndefined());
    expect(lease.deadline()).toBe(deadline);
    expect(lease.held()).toBe(false);
  });

  test("lasts from when the keep-alive was sent, not from when its answer came", async () => {
    const { lease, proxy } = await leased(3);
    const granted = lease.deadline();
    proxy.delay(250);
    await eventually(() => lease.deadline() > granted, { everyMs: 5 });
    expect(lease.deadline() - systemClock.boottime()).toBeLessThan(3_000 - 2 * 250);
    proxy.delay(0);
  });

  test("is not held after a suspend longer than its TTL, before any timer fires, and stays lost", async () => {
    let suspendedMs = 0;
    const clock = { ...systemClock, boottime: () => systemClock.boottime() + suspendedMs };
    const lease = await (await server.store({ clock })).grantLease(3);
    expect(lease.held()).toBe(true);
    suspendedMs = 60_000;
    expect(lease.held()).toBe(false);
    expect(lease.lost.aborted).toBe(false);
    await eventually(() => lease.lost.aborted);
  });

  test("revoked by somebody else is lost at the next keep-alive", async () => {
    const { lease } = await leased(3);
    await server.etcdctl("lease", "revoke", BigInt(lease.id).toString(16));
    await eventually(() => lease.lost.aborted);
    expect(systemClock.boottime()).toBeLessThan(lease.deadline());
  });

  test("abandoned is not ours any more, and its keys go with the TTL", async () => {
    const { lease, direct } = await leased(2);
    lease.abandon();
    expect(lease.held()).toBe(false);
    expect(await direct.get("alive/x")).toBeDefined();
    await eventually(async () => expect(await direct.get("alive/x")).toBeUndefined());
  });

  // TTL 9: asked at 3 s in vain until 6 s, again from 6.5 s on; the deadline is at 8.1 s.
  test("survives lost keep-alives while its deadline has not passed", async () => {
    const { lease, proxy } = await leased(9);
    const deadline = lease.deadline();
    proxy.suspend();
    await boottimeReaches(systemClock.boottime() + 5_500);
    expect(lease.held()).toBe(true);
    proxy.resume();
    await eventually(() => lease.deadline() > deadline);
    expect(lease.held()).toBe(true);
  });
});
