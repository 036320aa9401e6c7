import { afterAll, beforeAll, expect, it } from "vitest";
import type { EtcdStore } from "../../../store/etcd/open-store.ts";
import { EtcdServer } from "../../support/etcd.ts";

let server: EtcdServer;
let store: EtcdStore;
beforeAll(async () => {
  server = await EtcdServer.start();
  store = await server.store();
  const writes = ["a/2", "a/1", "a/3", "b/1"].map((key) => ({ op: "put" as const, key, value: '{"large":true}' }));
  await store.commit({ compares: [], writes });
});
afterAll(() => server?.stop());

it("lists the first keys under a prefix, relative to the root", async () => {
  expect(await store.listKeys("a/", { limit: 9 })).toEqual(["a/1", "a/2", "a/3"]);
  expect(await store.listKeys("a/", { limit: 2 })).toEqual(["a/1", "a/2"]);
  expect(await store.listKeys("c", { limit: 9 })).toEqual([]);
});

it("ends with its signal", async () => {
  const signal = AbortSignal.abort();
  await expect(store.listKeys("a/", { limit: 1, signal })).rejects.toMatchObject({ code: "Aborted" });
});
