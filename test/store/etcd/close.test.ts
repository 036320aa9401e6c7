import { afterAll, beforeAll, expect, test } from "vitest";
import { putAll, WatchRecorder } from "../../support/commits.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

let server: EtcdServer;
let proxy: TcpProxy;
beforeAll(async () => {
  server = await EtcdServer.start();
  proxy = await TcpProxy.start(server.clientPort);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

test("close ends every stream, timer and connection", async () => {
  const store = await server.store({ endpoints: [proxy.endpoint] });
  const recorder = new WatchRecorder(store, [""], 1);
  const lease = await store.grantLease(30);
  await putAll(store, { a: "1" });
  await eventually(() => recorder.connected);
  expect(proxy.connections).toBeGreaterThan(0);
  await store.close();
  await recorder.ended();
  await eventually(() => proxy.connections === 0);
  expect(lease.lost.aborted).toBe(true);
  await eventually(() => timers() <= 1);
});

test("close while etcd does not answer leaves nothing either", async () => {
  const store = await server.store({ endpoints: [proxy.endpoint] });
  const recorder = new WatchRecorder(store, [""], 1);
  await store.grantLease(30);
  await eventually(() => recorder.connected);
  proxy.silence("toClient", "toServer");
  const hanging = store.get("a").catch((error: Error) => error);
  await store.close();
  await recorder.ended();
  await hanging;
  await eventually(() => timers() <= 1, { deadlineMs: 5_000 });
  proxy.resume();
});

test("a watch that is left by break ends on the server too", async () => {
  const store = await server.store({ endpoints: [proxy.endpoint] });
  const from = await putAll(store, { a: "1" });
  const watchers = async (): Promise<number> => {
    const text = await server.metrics();
    return Number(/^etcd_debugging_mvcc_watcher_total (\d+)/m.exec(text)?.[1]);
  };
  const before = await watchers();
  for await (const { changes } of store.watch([""], { from })) {
    if (changes.length > 0) break;
  }
  await eventually(async () => expect(await watchers()).toBe(before));
  await store.close();
});
