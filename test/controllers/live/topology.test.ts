import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { declareHosts } from "../../../cmd/fleet/declare-hosts.ts";
import { type RunningFleet, startFleet } from "../../../cmd/fleet/fleet.ts";
import { hostNames } from "../../../cmd/fleet/host-names.ts";
import { readTemplate } from "../../../cmd/fleet/template.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { noMetrics } from "../../../runtime/metrics.ts";
import { runWords } from "../../cmd/vmctl/run-words.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";

const ROOT = "/topology/";
const FOLDER = new URL("../../../manifests/topologies/three-tier/", import.meta.url).pathname;
const PER_RACK = 4;

const server = sharedEtcd();
let cluster: Cluster;
const fleets: RunningFleet[] = [];
beforeAll(async () => {
  cluster = await Cluster.on(server, ROOT);
  vi.stubEnv("VMCTL_ENDPOINTS", server.endpoint);
  vi.stubEnv("VMCTL_ROOT", ROOT);
  vi.stubEnv("HOME", "/nonexistent");
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await Promise.all(fleets.map((fleet) => fleet.stop()));
  await cluster.stop();
});

/** `vmctl fleet --count 4 --template FILE`, in this process. */
async function start(file: string): Promise<RunningFleet> {
  const { signal } = new AbortController();
  const tools = { store: cluster.store, clock: systemClock, log: silentLog, signal };
  const { prefix, capacity, manifestOf } = await readTemplate(file, undefined);
  const names = hostNames(prefix, PER_RACK);
  await declareHosts(names.map(manifestOf), tools);
  return startFleet({
    ...{ ...tools, names, capacity, metrics: noMetrics, ttlSeconds: 10, bootMs: 20, shutdownMs: 20 },
    ...{ failRate: 0, seed: 1, onBeat: () => {}, machineOf: (name: string) => name },
    identity: { machineId: "", bootId: "boot", startToken: "", version: "test" },
  });
}

/** Racks (`zone-a-rack-1`) that the instances of a name stand in. */
async function racksOf(name: RegExp): Promise<string[]> {
  const { out } = await runWords("get", "instances", "-o", "json");
  const { items } = JSON.parse(out) as {
    items: { metadata: { name: string }; status: { hypervisor: string } }[];
  };
  const racks = items.filter(({ metadata }) => name.test(metadata.name)).map(({ status }) => status.hypervisor);
  return [...new Set(racks.map((host) => host.replace(/-\d{4}$/, "")))].sort();
}

it("manifests/topologies/three-tier runs as it says on four racks in two zones", { timeout: 60_000 }, async () => {
  await cluster.controllers();
  const racks = join(FOLDER, "racks");
  fleets.push(...(await Promise.all(readdirSync(racks).map((name) => start(join(racks, name))))));
  expect(await runWords("wait", "--for=condition=Ready", "hypervisors", "--all", "--timeout=30s")).toMatchObject({
    status: 0,
  });
  expect((await runWords("get", "hypervisors", "-l", "example.org/zone=a", "-o", "name")).out.split("\n")).toHaveLength(
    2 * PER_RACK + 1,
  );
  expect(await runWords("apply", "-f", FOLDER)).toMatchObject({ status: 0 });
  const counts = async () => (await cluster.store.list(["status/ns/default/instances/"])).entries.length;
  await eventually(async () => expect(await counts()).toBe(8 + 8 + 4 + 1));
  const ready = await runWords("wait", "--for=condition=Ready", "instances", "--all", "--timeout=30s");
  expect(ready.status).toBe(0);
  // Which racks of it: those with the most room when their turn comes, and databases may have been before them.
  for (const rack of await racksOf(/^web-a/)) expect(rack).toMatch(/^zone-a-/);
  for (const rack of await racksOf(/^web-b/)) expect(rack).toMatch(/^zone-b-/);
  for (const rack of await racksOf(/^database/)) expect(rack).toMatch(/rack-1$/);
  expect(await racksOf(/^cache$/)).toEqual(["zone-b-rack-2"]);
  expect(await cluster.read("spec/cluster/hypervisors/zone-b-rack-2-0004")).toMatchObject({
    spec: { aggregates: [expect.stringMatching(/0b$/), expect.stringMatching(/b2$/)] },
  });
});
