import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../runtime/clock.ts";
import { Election } from "../../store/election.ts";
import type { Leadership } from "../../store/leadership.ts";
import type { Store } from "../../store/store.ts";
import { isAborted } from "../../store/store-error.ts";
import { remove } from "../support/commits.ts";
import { EtcdServer } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const ttlSeconds = 2;
const notAborted = new AbortController().signal;

let server: EtcdServer;
let proxy: TcpProxy;
let root: string;
const stores: Store[] = [];

beforeAll(async () => {
  server = await EtcdServer.start();
  proxy = await TcpProxy.start(server.clientPort);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
beforeEach(() => {
  root = `/test/${systemClock.monotonic()}/`;
});
afterEach(async () => {
  proxy.resume();
  for (const store of stores.splice(0)) await store.close();
});

async function candidate(holder: string, endpoint = server.endpoint): Promise<{ store: Store; election: Election }> {
  const store = await server.store({
    root,
    endpoints: [endpoint],
    requestTimeoutMs: 1_000,
    keepalive: { timeMs: 200, timeoutMs: 200 },
  });
  stores.push(store);
  return { store, election: new Election({ store, clock: systemClock, name: "scheduler", holder, ttlSeconds }) };
}

describe("campaign", () => {
  test("the first leads, the second waits and follows when it resigns", async () => {
    const [a, b] = [await candidate("a"), await candidate("b")];
    const first = await a.election.campaign(notAborted);
    expect(first.held()).toBe(true);
    let second: Leadership | undefined;
    const waiting = b.election.campaign(notAborted).then((won) => {
      second = won;
    });
    expect(await b.election.leader()).toBe("a");
    await expect(a.store.commit({ compares: [first.fence()], writes: [] })).resolves.toMatchObject({
      kind: "committed",
    });
    expect(second).toBeUndefined();
    const started = systemClock.monotonic();
    await first.resign();
    await waiting;
    expect(systemClock.monotonic() - started).toBeLessThan(ttlSeconds * 1000);
    expect(second?.held()).toBe(true);
    expect(first.held()).toBe(false);
    expect(await a.election.leader()).toBe("b");
    await first.resign();
    expect(second?.held()).toBe(true);
  });

  test("leaves word of who leads since when and by which version, and reads a record without one", async () => {
    const { store } = await candidate("a");
    const options = { store, clock: systemClock, name: "scheduler", holder: "a", ttlSeconds };
    const told = new Election({ ...options, version: "1.2.3" });
    const leadership = await told.campaign(notAborted);
    const text = (await store.get("elections/scheduler"))?.value ?? "";
    expect(JSON.parse(text)).toMatchObject({ holder: "a", version: "1.2.3", since: expect.any(Number) });
    await leadership.resign();
    await new Election(options).campaign(notAborted);
    expect(JSON.parse((await store.get("elections/scheduler"))?.value ?? "")).not.toHaveProperty("version");
    expect(await told.leader()).toBe("a");
  });

  test("its signal ends the waiting as Aborted", async () => {
    const [a, b] = [await candidate("a"), await candidate("b")];
    await a.election.campaign(notAborted);
    const abort = new AbortController();
    const waiting = b.election.campaign(abort.signal).catch((error: unknown) => error);
    await eventually(async () => expect(await b.election.leader()).toBe("a"));
    abort.abort();
    expect(await waiting).toSatisfy(isAborted);
  });

  test("of five at once one leads at a time, each in its turn", async () => {
    const candidates = await Promise.all(["a", "b", "c", "d", "e"].map((name) => candidate(name)));
    let leading = 0;
    const overlaps: number[] = [];
    const terms = candidates.map(async ({ election }) => {
      const leadership = await election.campaign(notAborted);
      leading++;
      overlaps.push(leading);
      expect(await election.leader()).toBeDefined();
      leading--;
      await leadership.resign();
    });
    await Promise.all(terms);
    expect(overlaps).toEqual([1, 1, 1, 1, 1]);
  });
});

describe("losing it", () => {
  test("a leader without etcd counts itself deposed before the next one leads", async () => {
    const [a, b] = [await candidate("a", proxy.endpoint), await candidate("b")];
    const first = await a.election.campaign(notAborted);
    let deposedAt = Number.POSITIVE_INFINITY;
    first.lost.addEventListener("abort", () => {
      deposedAt = systemClock.monotonic();
    });
    proxy.silence("toServer", "toClient");
    const second = await b.election.campaign(notAborted);
    expect(first.held()).toBe(false);
    expect(deposedAt).toBeLessThan(systemClock.monotonic());
    expect(second.held()).toBe(true);
  });

  test("what a deposed leader still writes is refused by the fence", async () => {
    const [a, b] = [await candidate("a"), await candidate("b")];
    const first = await a.election.campaign(notAborted);
    const fence = first.fence();
    await first.resign();
    await b.election.campaign(notAborted);
    const outcome = await a.store.commit({ compares: [fence], writes: [{ op: "put", key: "x", value: "late" }] });
    expect(outcome.kind).toBe("stale");
    expect(await b.store.get("x")).toBeUndefined();
  });

  test("a key removed by hand ends the term", async () => {
    const [a, b] = [await candidate("a"), await candidate("b")];
    const first = await a.election.campaign(notAborted);
    await remove(b.store, "elections/scheduler");
    await eventually(() => first.lost.aborted);
    expect(first.held()).toBe(false);
  });

  test("a short cut does not end the term", async () => {
    const a = await candidate("a", proxy.endpoint);
    const first = await a.election.campaign(notAborted);
    proxy.cut();
    proxy.cut();
    const before = systemClock.monotonic();
    await eventually(() => systemClock.monotonic() - before > ttlSeconds * 1000 + 500);
    expect(first.held()).toBe(true);
  });
});
