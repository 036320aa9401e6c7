import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../runtime/clock.ts";
import { indexBy } from "../../store/index-by.ts";
import { startInformer } from "../../store/informer.ts";
import type { Decode, Informer } from "../../store/informer-contract.ts";
import type { Store } from "../../store/store.ts";
import { isAborted } from "../../store/store-error.ts";
import { putAll, remove } from "../support/commits.ts";
import { EtcdServer } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

interface Thing {
  readonly n: number;
  readonly tags?: readonly string[];
}

const decode: Decode<Thing> = (_key, text) => {
  const value = JSON.parse(text) as Thing;
  return typeof value.n === "number" ? { ok: true, value } : { ok: false, problem: "n is not a number" };
};

let server: EtcdServer;
let proxy: TcpProxy;
let writer: Store;
let store: Store;
const informers: Informer<unknown>[] = [];

beforeAll(async () => {
  server = await EtcdServer.start();
  proxy = await TcpProxy.start(server.clientPort);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
beforeEach(async () => {
  const root = `/test/${systemClock.monotonic()}/`;
  writer = await server.store({ root });
  store = await server.store({ root, endpoints: [proxy.endpoint], requestTimeoutMs: 1_000 });
});
afterEach(async () => {
  proxy.resume();
  for (const informer of informers.splice(0)) await informer.stop();
  await store.close();
  await writer.close();
});

function start(...prefixes: string[]): Informer<Thing> {
  const informer = startInformer({ store, prefixes, decode, clock: systemClock });
  informers.push(informer);
  return informer;
}

const pictureOf = (informer: Informer<Thing>): Record<string, number> =>
  Object.fromEntries([...informer.entries()].map(({ key, value }) => [key, value.n]));

describe("the picture", () => {
  test("holds what was there, then follows, in key order and by prefix", async () => {
    const created = await putAll(writer, { "a/2": '{"n":2}', "a/1": '{"n":1}', "b/1": '{"n":3}', "c/1": '{"n":4}' });
    const informer = start("b/", "a/");
    expect(informer.revision).toBe(0);
    await informer.ready;
    expect([...informer.entries()].map(({ key }) => key)).toEqual(["a/1", "a/2", "b/1"]);
    expect(informer.get("a/1")).toEqual({
      key: "a/1",
      value: { n: 1 },
      createRevision: created,
      modRevision: created,
    });
    await informer.caughtUp(await putAll(writer, { "a/3": '{"n":5}', "a/1": '{"n":6}' }));
    await informer.caughtUp(await remove(writer, "a/2"));
    expect([...informer.entries("a/")].map(({ key, value }) => `${key}=${value.n}`)).toEqual(["a/1=6", "a/3=5"]);
    expect(informer.connected).toBe(true);
  });

  test("handlers are told keys after the whole revision is in, one that throws harms nobody", async () => {
    await putAll(writer, { "a/1": '{"n":1}', "a/2": '{"n":1}' });
    const informer = start("a/");
    await informer.ready;
    const told: string[] = [];
    informer.onChange(() => {
      throw new Error("a bad handler");
    });
    const unsubscribe = informer.onChange((key) => told.push(`${key} of ${JSON.stringify(pictureOf(informer))}`));
    await informer.caughtUp(await putAll(writer, { "a/1": '{"n":2}', "a/2": '{"n":2}' }));
    expect(told).toEqual(['a/1 of {"a/1":2,"a/2":2}', 'a/2 of {"a/1":2,"a/2":2}']);
    unsubscribe();
    await informer.caughtUp(await remove(writer, "a/1"));
    expect(told).toHaveLength(2);
  });

  test("a record that cannot be decoded hurts only itself, until it is mended", async () => {
    await putAll(writer, { "a/1": '{"n":1}', "a/2": '{"n":"two"}', "a/3": "{" });
    const informer = start("a/");
    await informer.ready;
    expect(pictureOf(informer)).toEqual({ "a/1": 1 });
    expect(informer.malformed.get("a/2")?.problem).toBe("n is not a number");
    expect(informer.malformed.get("a/3")?.problem).toMatch(/JSON/);
    await informer.caughtUp(await putAll(writer, { "a/3": '{"n":3}', "a/1": "[]" }));
    expect(pictureOf(informer)).toEqual({ "a/3": 3 });
    expect([...informer.malformed.keys()].sort()).toEqual(["a/1", "a/2"]);
    await informer.caughtUp(await remove(writer, "a/1"));
    expect([...informer.malformed.keys()]).toEqual(["a/2"]);
  });

  test("a record nested without end hurts only itself", async () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    await putAll(writer, { "a/1": '{"n":1}', "a/2": `{"n":2,"tags":${deep}}` });
    const informer = start("a/");
    await informer.ready;
    expect(pictureOf(informer)).toEqual({ "a/1": 1 });
    expect([...informer.malformed.keys()]).toEqual(["a/2"]);
  });

  test("values are frozen to the leaves", async () => {
    await putAll(writer, { "a/1": '{"n":1,"tags":["x"]}' });
    const informer = start("a/");
    await informer.ready;
    const tags = informer.get("a/1")?.value.tags as string[];
    expect(() => tags.push("y")).toThrow(TypeError);
  });

  test("an index follows, also through deletion", async () => {
    await putAll(writer, { "a/1": '{"n":1,"tags":["x","y"]}', "a/2": '{"n":2,"tags":["x"]}' });
    const informer = start("a/");
    await informer.ready;
    const byTag = indexBy(informer, ({ value }) => value.tags ?? []);
    expect(byTag.keys("x")).toEqual(["a/1", "a/2"]);
    await informer.caughtUp(await putAll(writer, { "a/1": '{"n":1,"tags":["z"]}' }));
    await informer.caughtUp(await remove(writer, "a/2"));
    expect([...byTag.terms()]).toEqual(["z"]);
    expect(byTag.keys("x")).toEqual([]);
  });
});

describe("waiting", () => {
  test("stop before ready fails ready and every waiter as Aborted", async () => {
    proxy.suspend();
    const informer = start("a/");
    const waiting = informer.caughtUp(5).catch((error: unknown) => error);
    await informer.stop();
    await expect(informer.ready).rejects.toSatisfy(isAborted);
    expect(await waiting).toSatisfy(isAborted);
    await expect(informer.caughtUp(6)).rejects.toSatisfy(isAborted);
  });

  test("stop ends an informer whose watch is just being opened", async () => {
    const informer = start("a/");
    await informer.ready;
    await informer.stop();
    expect(informer.connected).toBe(false);
  });

  test("caughtUp gives up with its signal", async () => {
    const informer = start("a/");
    await informer.ready;
    await expect(informer.caughtUp(10 ** 9, AbortSignal.timeout(10))).rejects.toSatisfy(isAborted);
  });
});

describe("faults", () => {
  test("an etcd that is away delays ready, nothing else", async () => {
    await putAll(writer, { "a/1": '{"n":1}' });
    proxy.suspend();
    const informer = start("a/");
    await expect(informer.caughtUp(1, AbortSignal.timeout(300))).rejects.toSatisfy(isAborted);
    proxy.resume();
    await informer.ready;
    expect(pictureOf(informer)).toEqual({ "a/1": 1 });
  });

  test("a cut shows in `connected`, the picture stays and catches up", async () => {
    await putAll(writer, { "a/1": '{"n":1}' });
    const informer = start("a/");
    await informer.ready;
    await eventually(() => informer.connected);
    proxy.suspend();
    await eventually(() => !informer.connected);
    expect(pictureOf(informer)).toEqual({ "a/1": 1 });
    const revision = await putAll(writer, { "a/1": '{"n":2}', "a/2": '{"n":3}' });
    proxy.resume();
    await informer.caughtUp(revision);
    expect(pictureOf(informer)).toEqual({ "a/1": 2, "a/2": 3 });
    expect(informer.connected).toBe(true);
  });

  test("compaction during a cut: listed again, only what differs is told", async () => {
    await putAll(writer, { "a/same": '{"n":1}', "a/gone": '{"n":1}', "a/changed": '{"n":1}', "a/bad": "{" });
    const informer = start("a/");
    await informer.ready;
    await eventually(() => informer.connected);
    const told: string[] = [];
    informer.onChange((key) => told.push(key));
    proxy.suspend();
    await eventually(() => !informer.connected);
    await remove(writer, "a/gone", "a/bad");
    const revision = await putAll(writer, { "a/changed": '{"n":2}', "a/new": '{"n":3}' });
    await server.compact();
    proxy.resume();
    await informer.caughtUp(revision);
    expect(pictureOf(informer)).toEqual({ "a/changed": 2, "a/new": 3, "a/same": 1 });
    expect(told.sort()).toEqual(["a/bad", "a/changed", "a/gone", "a/new"]);
    expect(informer.malformed.size).toBe(0);
  });

  test("a store that lost its history is shown as it is now", async () => {
    for (let n = 0; n < 5; n++) await putAll(writer, { "a/1": `{"n":${n}}`, "a/2": '{"n":1}' });
    const informer = start("a/");
    await informer.ready;
    await eventually(() => informer.connected);
    const lost = informer.revision;
    await server.wipe();
    const revision = await eventually(() => putAll(writer, { "a/1": '{"n":7}' }));
    expect(revision).toBeLessThan(lost);
    await eventually(() => expect(pictureOf(informer)).toEqual({ "a/1": 7 }));
    expect(informer.revision).toBe(revision);
    await informer.caughtUp(await putAll(writer, { "a/1": '{"n":8}' }));
    expect(pictureOf(informer)).toEqual({ "a/1": 8 });
  });
});
