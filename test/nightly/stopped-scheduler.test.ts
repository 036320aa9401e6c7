import { afterAll, beforeAll, expect, it } from "vitest";
import { EtcdServer } from "../support/etcd.ts";
import { stoppedScheduler } from "../support/stopped-scheduler.ts";

let server: EtcdServer;
beforeAll(async () => {
  server = await EtcdServer.start();
});
afterAll(() => server.stop());

it("four schedulers, one stopped in mid-bind for 30 s: no double claim, nothing after a cordon or a delete", async () => {
  await stoppedScheduler(server, { stoppedMs: 30_000, hosts: 41, members: 50 });
  expect.hasAssertions();
});
