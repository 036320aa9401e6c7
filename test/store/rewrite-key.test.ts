import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { rewriteKey } from "../../store/rewrite-key.ts";
import type { Store } from "../../store/store.ts";
import { putAll } from "../support/commits.ts";
import { EtcdServer } from "../support/etcd.ts";

let server: EtcdServer;
let store: Store;
beforeAll(async () => {
  server = await EtcdServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  store = await server.store();
});

test("what else must hold is compared in the moment of the write, and looked at again when it moved", async () => {
  await putAll(store, { "status/a": "unbound" });
  let looks = 0;
  const next = async () => {
    const other = await store.get("status/a");
    if (looks++ === 0) await putAll(store, { "status/a": "bound" });
    return {
      value: `decided while ${other?.value}`,
      compares: [{ key: "status/a", modRevision: other?.modRevision ?? 0 }],
    };
  };
  expect((await rewriteKey(store, "spec/a", next)).wrote).toBe(true);
  expect((await store.get("spec/a"))?.value).toBe("decided while bound");
  expect(looks).toBe(2);
});
