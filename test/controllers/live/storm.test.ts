import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { seededRandom, testSeed } from "../../support/seed.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.on(server);
});
afterEach(() => cluster.stop());

const HOSTS = ["host-1", "host-2"];
const NAMES = Array.from({ length: 8 }, (_, index) => `web-${index}`);

it("converges when calls fail and programs are replaced at random moments; nothing runs twice, nothing is left", {
  timeout: 90_000,
}, async () => {
  const random = seededRandom(testSeed());
  const options = { hypervisor: { failRate: 0.1, random } };
  let controllers = await cluster.controllers();
  for (const name of HOSTS) await cluster.node(name, options);
  for (const name of HOSTS) await cluster.hostReady(name);
  await cluster.image();
  const uids = await Promise.all(NAMES.map((name) => cluster.instance(name)));
  const twice: string[] = [];
  const runsOn = (uid: string) =>
    HOSTS.filter((name) => cluster.host(name).machines.get(uid)?.domain?.startedAt !== undefined);
  for (const name of HOSTS)
    cluster.host(name).listen(({ uid }) => {
      if (runsOn(uid).length > 1) twice.push(uid);
    });

  for (let round = 0; round < 4; round++) {
    const name = HOSTS[Math.floor(random() * HOSTS.length)] ?? "host-1";
    await cluster.nodes.get(name)?.stop();
    await cluster.node(name, options);
    await controllers.stop();
    controllers = await cluster.controllers();
  }
  const patience = { deadlineMs: 40_000, everyMs: 100 };
  for (const name of NAMES)
    await eventually(async () => (await cluster.condition(name, "Ready"))?.status === "True", patience);
  for (const uid of uids) expect(runsOn(uid), uid).toHaveLength(1);

  await Promise.all(NAMES.map((name) => cluster.delete(name)));
  await eventually(async () => (await cluster.keys("status/ns/default/instances/")).length === 0, patience);
  expect(HOSTS.map((name) => cluster.host(name).machines.size)).toEqual([0, 0]);
  expect(await cluster.keys("placement/allocations/")).toEqual([]);
  const left = (await cluster.keys()).filter(
    (key) => !key.startsWith("events/") && uids.some((uid) => key.includes(uid)),
  );
  expect(left).toEqual([]);
  expect(twice).toEqual([]);
});
