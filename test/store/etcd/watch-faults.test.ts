import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../runtime/clock.ts";
import type { Store } from "../../../store/store.ts";
import { isCompacted } from "../../../store/store-error.ts";
import { putAll, WatchRecorder } from "../../support/commits.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { seededRandom, testSeed } from "../../support/seed.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

let server: EtcdServer;
let proxy: TcpProxy;
let writer: Store;
let reader: Store;
const recorders: WatchRecorder[] = [];

beforeAll(async () => {
  server = await EtcdServer.start({ flags: ["--experimental-watch-progress-notify-interval=100ms"] });
  proxy = await TcpProxy.start(server.clientPort);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
beforeEach(async () => {
  const root = `/test/${systemClock.monotonic()}/`;
  writer = await server.store({ root });
  reader = await server.store({
    root,
    endpoints: [proxy.endpoint],
    requestTimeoutMs: 1_000,
    keepalive: { timeMs: 200, timeoutMs: 200 },
  });
});
afterEach(async () => {
  proxy.resume();
  for (const recorder of recorders.splice(0)) await recorder.stop();
  await reader.close();
  await writer.close();
});

function watch(prefixes: readonly string[], from: number): WatchRecorder {
  const recorder = new WatchRecorder(reader, prefixes, from);
  recorders.push(recorder);
  return recorder;
}

const now = async (): Promise<number> => (await writer.list([""])).revision;

describe("cuts", () => {
  test("in the middle of a replay, twice: nothing lost, nothing twice, in order", async () => {
    const random = seededRandom(testSeed());
    const from = (await now()) + 1;
    const expected: string[] = [];
    for (let index = 0; index < 400; index++) {
      const value = "v".repeat(Math.floor(random() * 1_000)) + index;
      const revision = await putAll(writer, { [`a/${index % 7}`]: value, [`a/b${index % 5}`]: value });
      expected.push(`${revision}: a/${index % 7}=${value} a/b${index % 5}=${value}`);
    }
    proxy.cutAfter("toClient", 5_000 + Math.floor(random() * 100_000));
    const recorder = watch(["a/"], from);
    await eventually(() => recorder.connections.includes(false));
    const before = recorder.lines.length;
    proxy.cutAfter("toClient", Math.floor(random() * 50_000));
    await eventually(() => recorder.connections.filter((connected) => !connected).length >= 2);
    expect(before).toBeLessThan(expected.length);
    await eventually(() => expect(recorder.lines.length).toBe(expected.length));
    expect(recorder.lines).toEqual(expected);
  });

  test("at seeded random moments while others write", async () => {
    const random = seededRandom(testSeed());
    const recorder = watch(["a/", "c/"], (await now()) + 1);
    const expected: string[] = [];
    for (let index = 0; index < 300; index++) {
      const key = ["a/x", "b/x", "c/x"][Math.floor(random() * 3)] ?? "a/x";
      const revision = await putAll(writer, { [key]: String(index) });
      if (key !== "b/x") expected.push(`${revision}: ${key}=${index}`);
      if (random() < 0.03) proxy.cut();
      if (random() < 0.03) proxy.cutAfter("toClient", Math.floor(random() * 2_000));
    }
    await eventually(() => expect(recorder.lines).toEqual(expected));
  });

  test("a revision that etcd splits into fragments arrives whole", async () => {
    const from = (await now()) + 1;
    // A reply holds 20 such values, so that its end falls into the middle of a revision.
    const big = "v".repeat(100 * 1024);
    for (let round = 0; round < 14; round++) {
      await putAll(writer, { "a/1": `${round}${big}`, "a/2": `${round}${big}`, "a/3": `${round}${big}` });
    }
    proxy.cutAfter("toClient", 1_700_000);
    const recorder = watch(["a/"], from);
    await eventually(() => recorder.texts.length >= 42);
    const sizes = recorder.seen.filter(({ changes }) => changes.length > 0).map(({ changes }) => changes.length);
    expect(sizes).toEqual(Array.from({ length: 14 }, () => 3));
    expect(recorder.connections).toContain(false);
  });

  test("compaction meanwhile ends it as Compacted", async () => {
    const recorder = watch(["a/"], (await now()) + 1);
    await eventually(() => recorder.connected);
    proxy.suspend();
    for (let index = 0; index < 5; index++) await putAll(writer, { "a/x": String(index) });
    await server.compact();
    proxy.resume();
    await recorder.ended();
    expect(recorder.error).toSatisfy(isCompacted);
  });
});

describe("links that look alive", () => {
  test("a half-open connection is noticed by keepalive", async () => {
    const recorder = watch(["a/"], (await now()) + 1);
    await eventually(() => recorder.connected);
    proxy.silence("toClient");
    const revision = await putAll(writer, { "a/x": "1" });
    await eventually(() => !recorder.connected);
    proxy.resume();
    await eventually(() => expect(recorder.lines).toEqual([`${revision}: a/x=1`]));
  });

  test("an etcd that stands still and goes on", async () => {
    const recorder = watch(["a/"], (await now()) + 1);
    await eventually(() => recorder.connected);
    await server.pause();
    await eventually(() => !recorder.connected);
    server.resume();
    const revision = await eventually(() => putAll(writer, { "a/x": "1" }));
    await eventually(() => expect(recorder.lines).toEqual([`${revision}: a/x=1`]));
  });

  test("a slow link loses nothing", async () => {
    const recorder = watch(["a/"], (await now()) + 1);
    proxy.delay(30);
    const expected: string[] = [];
    for (let index = 0; index < 50; index++) {
      expected.push(`${await putAll(writer, { "a/x": String(index) })}: a/x=${index}`);
    }
    await eventually(() => expect(recorder.lines).toEqual(expected));
    proxy.delay(0);
  });
});

describe("standing still", () => {
  test("progress moves on where nobody writes under the prefix", async () => {
    const recorder = watch(["quiet/"], (await now()) + 1);
    const revision = await putAll(writer, { "loud/x": "1" });
    await eventually(() => (recorder.seen.at(-1)?.revision ?? 0) >= revision);
    expect(recorder.texts).toEqual([]);
  });

  test("a reader that takes its time gets everything in order", async () => {
    const from = (await now()) + 1;
    const expected: string[] = [];
    for (let index = 0; index < 200; index++) {
      expected.push(String(await putAll(writer, { "a/x": "v".repeat(20_000) })));
    }
    const seen: string[] = [];
    for await (const { revision, changes } of reader.watch(["a/"], { from })) {
      await new Promise((resolve) => setImmediate(resolve));
      if (changes.length > 0) seen.push(String(revision));
      if (seen.length === expected.length) break;
    }
    expect(seen).toEqual(expected);
  });
});

test("etcd restarted: goes on where it was", async () => {
  const recorder = watch(["a/"], (await now()) + 1);
  const before = await putAll(writer, { "a/x": "1" });
  await eventually(() => recorder.lines.length === 1);
  await server.restart();
  const after = await eventually(() => putAll(writer, { "a/x": "2" }));
  await eventually(() => expect(recorder.lines).toEqual([`${before}: a/x=1`, `${after}: a/x=2`]));
  expect(recorder.error).toBeUndefined();
});
