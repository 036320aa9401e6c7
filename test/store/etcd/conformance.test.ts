import { afterAll, beforeAll } from "vitest";
import { runStoreConformance } from "../../conformance/store.ts";
import { EtcdServer } from "../../support/etcd.ts";

let server: EtcdServer;
beforeAll(async () => {
  server = await EtcdServer.start();
});
afterAll(() => server.stop());

runStoreConformance({
  makeStore: () => server.store(),
  compact: async () => void (await server.compact()),
});
