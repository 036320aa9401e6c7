import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Instance } from "../../../resources/instance.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { type ObjectWatchChange, watchObjects } from "../../../store/objects/watch-objects.ts";
import type { ReadOptions, Store } from "../../../store/store.ts";
import { StoreError } from "../../../store/store-error.ts";
import { putAll, remove } from "../../support/commits.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { OTHER_UID, storedInstance, UID } from "../../support/stored-instance.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

let server: EtcdServer;
let proxy: TcpProxy;
let store: Store;
let reader: Store;
let root: string;

const specAt = (name: string) => `spec/ns/default/instances/${name}`;
const statusAt = (name: string) => `status/ns/default/instances/${name}`;
const record = (phase: string, uid = UID) => JSON.stringify({ uid, specCreateRevision: 1, status: { phase } });

beforeAll(async () => {
  server = await EtcdServer.start();
  proxy = await TcpProxy.start(server.clientPort);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
beforeEach(async () => {
  root = `/test/${performance.now()}/`;
  store = await server.store({ root });
  reader = await server.store({
    root,
    endpoints: [proxy.endpoint],
    requestTimeoutMs: 2_000,
    keepalive: { timeMs: 200, timeoutMs: 200 },
  });
});

const textOf = (change: ObjectWatchChange): string => {
  if (change.type === "start") return `start ${change.objects.map(({ metadata }) => metadata.name).join(" ")}`.trim();
  const { metadata, status } = change.object;
  return `${change.type} ${metadata.name} ${(status as { phase?: string } | undefined)?.phase ?? "-"}`;
};

/** Watches in the background until `stop`. */
function watch(from: Store = reader) {
  const lines: string[] = [];
  const stopping = new AbortController();
  const done = (async () => {
    for await (const change of watchObjects(
      from,
      systemClock,
      { kind: Instance, namespace: "default" },
      stopping.signal,
    ))
      lines.push(textOf(change));
  })();
  return {
    lines,
    until: (line: string) => eventually(() => lines.includes(line)),
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

describe("a joined watch", () => {
  test("tells what is there, then what people see change, of either key", async () => {
    await putAll(store, { [specAt("a")]: storedInstance("a") });
    const seen = watch();
    await seen.until("start a");
    await putAll(store, { [statusAt("a")]: record("Pending") });
    await putAll(store, { [statusAt("b")]: record("Pending", OTHER_UID), [specAt("b")]: storedInstance("b") });
    // The same again shows nothing new; another namespace and another kind are none of ours.
    await putAll(store, {
      [statusAt("a")]: record("Pending"),
      "spec/ns/x/instances/c": "{}",
      "spec/cluster/images/d": "{}",
    });
    await putAll(store, { [statusAt("a")]: record("Running") });
    await remove(store, specAt("a"), statusAt("a"));
    await seen.until("delete a Running");
    await seen.stop();
    expect(seen.lines).toEqual(["start a", "put a Pending", "put b -", "put a Running", "delete a Running"]);
  });
  test("goes on through cut connections and tells nothing twice", async () => {
    const seen = watch();
    await seen.until("start");
    await putAll(store, { [specAt("a")]: storedInstance("a") });
    for (const phase of ["P1", "P2", "P3"]) {
      await putAll(store, { [statusAt("a")]: record(phase) });
      await seen.until(`put a ${phase}`);
      proxy.cut();
    }
    await putAll(store, { [statusAt("a")]: record("P4") });
    await seen.until("put a P4");
    await seen.stop();
    expect(seen.lines).toEqual(["start", "put a -", "put a P1", "put a P2", "put a P3", "put a P4"]);
  });
  test("lists again after a compaction and tells the difference only", async () => {
    await putAll(store, { [specAt("a")]: storedInstance("a"), [specAt("b")]: storedInstance("b") });
    const seen = watch();
    await seen.until("start a b");
    proxy.suspend();
    await putAll(store, { [statusAt("a")]: record("Running"), [specAt("c")]: storedInstance("c") });
    await remove(store, specAt("b"));
    await putAll(store, { [statusAt("a")]: record("Stopped") });
    await server.compact();
    proxy.cut();
    proxy.resume();
    await seen.until("put a Stopped");
    await seen.until("put c -");
    await seen.stop();
    expect(seen.lines.slice(1).sort()).toEqual(["delete b -", "put a Stopped", "put c -"]);
  });
  test("lists again after a compaction when etcd is away just then", async () => {
    await putAll(store, { [specAt("a")]: storedInstance("a") });
    const hasty = await server.store({ root, endpoints: [proxy.endpoint], requestTimeoutMs: 200 });
    let lists = 0;
    const awayAtSecond: Store = {
      get: (key, options) => hasty.get(key, options),
      list: async (prefixes, options) => {
        lists++;
        if (lists === 2) proxy.suspend();
        if (lists === 4) proxy.resume();
        return hasty.list(prefixes, options);
      },
      commit: (transaction, options) => hasty.commit(transaction, options),
      watch: (prefixes, options) => hasty.watch(prefixes, options),
      grantLease: (seconds, options) => hasty.grantLease(seconds, options),
      close: () => hasty.close(),
    };
    const seen = watch(awayAtSecond);
    await seen.until("start a");
    proxy.suspend();
    await putAll(store, { [statusAt("a")]: record("Pending") });
    await putAll(store, { [statusAt("a")]: record("Running") });
    await server.compact();
    proxy.resume();
    await seen.until("put a Running");
    expect(lists).toBeGreaterThanOrEqual(4);
    await putAll(store, { [statusAt("a")]: record("Stopped") });
    await seen.until("put a Stopped");
    await seen.stop();
  });
  test("stops waiting for an etcd that is away when it is told to", async () => {
    const gone: Store = Object.assign(Object.create(reader) as Store, {
      watch: async function* () {
        yield* [];
        proxy.suspend();
        throw new StoreError("Compacted", "the history is gone");
      },
      list: (prefixes: readonly string[], options: ReadOptions) => reader.list(prefixes, options),
    });
    const seen = watch(gone);
    await seen.until("start");
    await seen.stop();
    proxy.resume();
  });
  test("ends without an error when it is told to", async () => {
    const seen = watch();
    await seen.stop();
  });
});
