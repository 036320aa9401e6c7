import { afterAll, beforeAll, expect, test } from "vitest";
import type { Store } from "../../../store/store.ts";
import { isFull } from "../../../store/store-error.ts";
import { putAll } from "../../support/commits.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { failureOf } from "../../support/failure-of.ts";

let server: EtcdServer;
let store: Store;
beforeAll(async () => {
  server = await EtcdServer.start({ flags: [`--quota-backend-bytes=${8 * 1024 * 1024}`] });
  store = await server.store();
});
afterAll(() => server.stop());

test("a full etcd says Full with the commands that help, and they do", async () => {
  await putAll(store, { kept: "1" });
  const fill = async (): Promise<void> => {
    for (let index = 0; index < 100; index++) await putAll(store, { big: "v".repeat(300_000) });
  };
  const failure = await failureOf(fill());
  expect(failure).toSatisfy(isFull);
  for (const command of ["etcdctl compaction", "etcdctl defrag", "etcdctl alarm disarm"]) {
    expect(failure.message).toContain(command);
  }
  expect((await store.get("kept"))?.value).toBe("1");
  await server.compact();
  await server.etcdctl("defrag");
  await server.etcdctl("alarm", "disarm");
  await eventually(() => putAll(store, { kept: "2" }));
});
