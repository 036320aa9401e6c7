import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import type { Placement } from "../../../placement/placement.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { actingPlacement } from "../support/acting-placement.ts";
import { Cluster } from "../support/cluster.ts";

let server: EtcdServer;
let cluster: Cluster;
beforeAll(async () => {
  server = await EtcdServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  cluster = await Cluster.on(server);
});
afterEach(() => cluster.stop());

it("is on record when an outside Placement is asked to claim (I5)", async () => {
  const engine = await openEmbeddedPlacement({ store: cluster.store, clock: systemClock, log: silentLog });
  const acting = actingPlacement(engine, cluster.store);
  const onRecord: unknown[] = [];
  const placement: Placement = {
    ...acting,
    claim: async (...request) => {
      onRecord.push((await cluster.record("web-1"))?.scheduling?.host);
      return acting.claim(...request);
    },
  };
  await cluster.controllers({ placement });
  await cluster.node();
  await cluster.hostReady("host-1");
  await cluster.image();
  await cluster.instance("web-1");
  await cluster.running("web-1");
  expect(new Set(onRecord)).toEqual(new Set(["host-1"]));
});
