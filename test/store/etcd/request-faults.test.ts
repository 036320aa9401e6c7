import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../runtime/clock.ts";
import type { Store, Transaction } from "../../../store/store.ts";
import { putAll } from "../../support/commits.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { failureOf } from "../../support/failure-of.ts";
import { freePort } from "../../support/free-port.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

let server: EtcdServer;
let proxy: TcpProxy;
let direct: Store;
let store: Store;
let requests: string[];
let root: string;

beforeAll(async () => {
  server = await EtcdServer.start();
  proxy = await TcpProxy.start(server.clientPort);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
beforeEach(async () => {
  root = `/test/${systemClock.monotonic()}/`;
  requests = [];
  direct = await server.store({ root });
  store = await server.store({
    root,
    endpoints: [proxy.endpoint],
    requestTimeoutMs: 400,
    onRequest: (rpc) => requests.push(rpc),
  });
  await store.get("warm-up");
  requests.length = 0;
});
afterEach(async () => {
  proxy.resume();
  await store.close();
  await direct.close();
});

const put: Transaction = {
  compares: [{ key: "x", absent: true }],
  writes: [{ op: "put", key: "x", value: "1" }],
};

describe("a write whose reply is lost", () => {
  test("by a silent link is UnknownOutcome, and happened", async () => {
    proxy.silence("toClient");
    const failure = await failureOf(store.commit(put));
    expect(failure.code).toBe("UnknownOutcome");
    expect(failure.message).toMatch(/commit x: no answer within 400 ms/);
    expect((await direct.get("x"))?.value).toBe("1");
    expect(requests).toEqual(["KV/txn"]);
  });

  test("by a cut is UnknownOutcome, and is not sent again", async () => {
    proxy.silence("toClient");
    const failing = failureOf(store.commit(put));
    await eventually(async () => expect(await direct.get("x")).toBeDefined());
    proxy.cut();
    expect((await failing).code).toBe("UnknownOutcome");
    expect(requests).toEqual(["KV/txn"]);
  });

  test("never leaves the store stuck: the next call has a new connection", async () => {
    proxy.silence("toServer", "toClient");
    await failureOf(store.commit(put));
    await failureOf(store.get("x"));
    proxy.resume();
    await eventually(() => store.get("x"));
    expect((await store.commit(put)).kind).toBe("committed");
  });
});

describe("what surely wrote nothing is Unavailable", () => {
  test("a write that found no server", async () => {
    const nobody = await server.store({ endpoints: [`http://127.0.0.1:${await freePort()}`] });
    expect((await failureOf(nobody.commit(put))).code).toBe("Unavailable");
    await nobody.close();
  });

  test("a read without a reply", async () => {
    proxy.silence("toClient");
    expect((await failureOf(store.get("x"))).code).toBe("Unavailable");
    expect((await failureOf(store.list([""]))).code).toBe("Unavailable");
  });

  test("an etcd that stands still, which then goes on", async () => {
    await server.pause();
    const failure = await failureOf(store.get("x")).finally(() => server.resume());
    expect(failure.code).toBe("Unavailable");
    await eventually(() => store.get("x"));
  });
});

test("a signal ends a call in flight as Aborted", async () => {
  proxy.silence("toClient");
  const failing = failureOf(store.commit(put, { signal: AbortSignal.timeout(30) }));
  expect((await failing).code).toBe("Aborted");
});

test("the next endpoint serves when one is gone", async () => {
  const endpoints = [`http://127.0.0.1:${await freePort()}`, server.endpoint];
  const both = await server.store({ endpoints });
  expect((await both.commit(put)).kind).toBe("committed");
  expect((await both.get("x"))?.value).toBe("1");
  await both.close();
});

describe("cost", () => {
  test("2,000 entries are read in four pages, and 20 MB are no problem", async () => {
    const value = "v".repeat(10_000);
    for (let page = 0; page < 50; page++) {
      const names = Array.from({ length: 40 }, (_, index) => `many/${page}-${index}`);
      await putAll(direct, Object.fromEntries(names.map((name) => [name, value])));
    }
    const patient = await server.store({ root, onRequest: (rpc) => requests.push(rpc) });
    expect((await patient.list(["many/"])).entries).toHaveLength(2_000);
    expect(requests).toEqual(["KV/range", "KV/range", "KV/range", "KV/range"]);
    await patient.close();
  });

  test("a commit is one request, won or lost", async () => {
    await store.commit(put);
    await store.commit(put);
    expect(requests).toEqual(["KV/txn", "KV/txn"]);
  });

  test("sixty-four at once are served", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        store.commit({ compares: [], writes: [{ op: "put", key: `p/${index}`, value: "1" }] }),
      ),
    );
    expect(new Set(outcomes.map(({ revision }) => revision)).size).toBe(64);
  });
});

test("in etcd are exactly root and key, and the text as given", async () => {
  const own = await server.store({ root: "/raw/" });
  await putAll(own, { "spec/ns/default/instances/web-1": '{"b":1,"a":"é"}' });
  const raw = await server.etcdctl("get", "--prefix", "/raw/");
  expect(raw).toBe('/raw/spec/ns/default/instances/web-1\n{"b":1,"a":"é"}\n');
  const [entry] = (await own.list(["spec/"])).entries;
  expect(entry).toMatchObject({ key: "spec/ns/default/instances/web-1", value: '{"b":1,"a":"é"}' });
  await own.close();
});

test("keys beside the root are never seen", async () => {
  await server.etcdctl("put", "/tes", "foreign");
  await server.etcdctl("put", "/test", "foreign");
  await server.etcdctl("put", "/zzz", "foreign");
  expect((await store.list([""])).entries).toEqual([]);
});
