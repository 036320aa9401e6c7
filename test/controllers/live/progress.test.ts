import { afterEach, beforeEach, expect, it } from "vitest";
import { InstanceReporter } from "../../../controllers/node/instance-reporter.ts";
import type { NodeDeps } from "../../../controllers/node/node-deps.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";
import { anAssignment, machineFacts, UID } from "../support/facts.ts";

const server = sharedEtcd();
let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.on(server);
});
afterEach(() => cluster.stop());

const bytes = async () => (await cluster.observed(UID))?.image?.progress?.bytes;

it("of an image is told at once, then at most every 2 seconds", async () => {
  const clock = new FakeClock();
  const view = { observed: () => undefined };
  const deps = { name: "host-1", clock, store: cluster.store, view, caughtUp: async () => {} } as unknown as NodeDeps;
  const assigned = anAssignment();
  const revision = await cluster.put(`assigned/host-1/instances/${UID}`, assigned);
  const facts = machineFacts({ assigned, image: undefined });
  const tell = new InstanceReporter(deps).progress({ assigned, revision }, facts, { do: "fetchImage" });
  tell({ bytes: 1 });
  await eventually(async () => (await bytes()) === 1);
  await clock.advance(1_999);
  tell({ bytes: 2 });
  await clock.advance(1);
  tell({ bytes: 3 });
  await eventually(async () => (await bytes()) === 3);
  expect(await cluster.revisionsSince(revision)).toHaveLength(2);
});
