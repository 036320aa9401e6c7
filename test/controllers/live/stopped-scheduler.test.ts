import { expect, it } from "vitest";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { stoppedScheduler } from "../../support/stopped-scheduler.ts";

const server = sharedEtcd();

it("four schedulers, one stopped in mid-bind: no double claim, nothing after a cordon or a delete", {
  timeout: 60_000,
}, async () => {
  await stoppedScheduler(server, { stoppedMs: 2_000, hosts: 6, members: 8 });
  expect.hasAssertions();
});
