import { afterAll, beforeAll, expect, test } from "vitest";
import { EventLeases } from "../../store/event-leases.ts";
import type { Store } from "../../store/store.ts";
import { EtcdServer } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake-clock.ts";

let server: EtcdServer;
let store: Store;
beforeAll(async () => {
  server = await EtcdServer.start();
  store = await server.store();
});
afterAll(() => server.stop());

test("one lease serves until it is full", async () => {
  const leases = new EventLeases({ store, clock: new FakeClock(), maxKeys: 3 });
  const ids = await Promise.all(Array.from({ length: 7 }, () => leases.leaseId()));
  const counts = [...new Set(ids)].map((id) => ids.filter((other) => other === id).length);
  expect(counts.sort()).toEqual([1, 3, 3]);
});

test("a new one takes over after its time", async () => {
  const clock = new FakeClock();
  const leases = new EventLeases({ store, clock, rotateMs: 900_000 });
  const first = await leases.leaseId();
  await clock.advance(899_000);
  expect(await leases.leaseId()).toBe(first);
  await clock.advance(1_000);
  expect(await leases.leaseId()).not.toBe(first);
});

test("a forgotten one is not given out again", async () => {
  const leases = new EventLeases({ store, clock: new FakeClock() });
  const first = await leases.leaseId();
  await leases.forget(first);
  expect(await leases.leaseId()).not.toBe(first);
});

test("its records go by themselves, nobody keeps the lease alive", async () => {
  const leases = new EventLeases({ store, clock: new FakeClock(), ttlSeconds: 2 });
  const leaseId = await leases.leaseId();
  await store.commit({ compares: [], writes: [{ op: "put", key: "events/x", value: "1", leaseId }] });
  expect(await store.get("events/x")).toBeDefined();
  await eventually(async () => expect(await store.get("events/x")).toBeUndefined());
});
