import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Condition } from "../../../resources/conditions.ts";
import type { StatusRecord } from "../../../resources/status-record.ts";
import { buildPrograms } from "../../support/e2e-bundle.ts";
import { E2eProgram, runToEnd } from "../../support/e2e-program.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";

const HOSTS = 20;
const INSTANCES = 60;
const ROOT = "/fleet/";
const TEMPLATE = `apiVersion: compute.vmctl/v1alpha1
kind: Hypervisor
metadata: {name: rack-1, labels: {rack: r1}}
spec: {traits: [CUSTOM_RACK_1], inventory: {vcpu: {total: 16}, memory: {total: 64Gi}}}
`;

type Status = StatusRecord<{ readonly phase?: string; readonly conditions?: readonly Condition[] }>;

const server = sharedEtcd();
let cluster: Cluster;
let folder: string;
let command: readonly string[];
let fleet: E2eProgram;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vmctl-fleet-"));
  await writeFile(join(folder, "rack.yaml"), TEMPLATE);
  const main = await buildPrograms(join(folder, "programs"));
  cluster = await Cluster.on(server, ROOT);
  await cluster.controllers();
  const flags = [`--endpoints=${server.endpoint}`, `--root=${ROOT}`, "--lease-ttl=3s", "--boot-ms=50", "--seed=1"];
  const which = [`--count=${HOSTS}`, `--template=${join(folder, "rack.yaml")}`];
  command = [process.execPath, main, "fleet", ...flags, ...which];
  fleet = new E2eProgram("fleet", command);
  fleet.start();
});
afterAll(async () => {
  await fleet.kill();
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

/** How many objects of a kind are in which state. */
async function count(prefix: string, stateOf: (record: Status) => string): Promise<Record<string, number>> {
  const { entries } = await cluster.store.list([`status/${prefix}`]);
  const counts: Record<string, number> = {};
  for (const { value } of entries) {
    const state = stateOf(JSON.parse(value) as Status);
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}
const isReady = ({ status }: Status) => status.conditions?.find(({ type }) => type === "Ready")?.status ?? "none";
const hosts = () => count("cluster/hypervisors/", isReady);
const instances = () => count("ns/default/instances/", ({ status }) => status.phase ?? "none");
const until = (look: () => Promise<unknown>, wanted: unknown) =>
  eventually(async () => expect(await look()).toEqual(wanted), { deadlineMs: 50_000, everyMs: 100 });

const saidOfGuests = async () => (await cluster.condition("web-0", "Ready"))?.message;

/** Who is where: uid and epoch of every assignment. */
async function assignments(): Promise<string[]> {
  const { entries } = await cluster.store.list(["assigned/"]);
  const records = entries.filter(({ key }) => key.includes("/instances/"));
  return records.map(({ key, value }) => `${key} ${(JSON.parse(value) as { epoch: number }).epoch}`);
}

describe("a fleet", { timeout: 60_000 }, () => {
  it("declares its hosts as the template says, and they take work", async () => {
    await until(hosts, { True: HOSTS });
    expect(await cluster.read("spec/cluster/hypervisors/rack-1-0020")).toMatchObject({
      metadata: { labels: { rack: "r1", "compute.vmctl/fleet": "rack-1" } },
      spec: { traits: ["CUSTOM_RACK_1"] },
    });
    expect((await cluster.hostStatus("rack-1-0001"))?.capacity).toMatchObject({ vcpu: 16, memory: 64 * 2 ** 30 });
    await cluster.image();
    for (let index = 0; index < INSTANCES; index++) await cluster.instance(`web-${index}`);
    await until(instances, { Running: INSTANCES });
  });

  it("refuses names that another one has", async () => {
    const { code, stderr, stdout } = await runToEnd(command);
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/a host named rack-1-\d{4} is alive in another fleet on this machine/);
    expect(await hosts()).toEqual({ True: HOSTS });
  });

  it("killed is silence, and nothing is deleted; started again it brings its guests back", async () => {
    const before = await assignments();
    expect(before).toHaveLength(INSTANCES);
    await fleet.kill();
    await until(hosts, { Unknown: HOSTS });
    await until(instances, { Unknown: INSTANCES });
    expect(await saidOfGuests()).toContain("if its fleet was killed, the simulated guest is gone with it");
    expect(await assignments()).toEqual(before);
    fleet.start();
    await until(hosts, { True: HOSTS });
    await until(instances, { Running: INSTANCES });
    expect(await assignments()).toEqual(before);
  });

  it("told to end gives its leases back, says how its heartbeats were, and leaves what is declared", async () => {
    expect(await fleet.terminate()).toBe(0);
    expect((await cluster.store.list(["alive/"])).entries).toEqual([]);
    expect(fleet.log).toMatch(/"acknowledged":\d+,"late":\d+,"worstMs":\d+,"message":"heartbeats"/);
    await until(hosts, { False: HOSTS });
    expect((await cluster.hostCondition("rack-1-0001", "Ready"))?.message).toContain(
      "and its simulated guests with it",
    );
    await eventually(async () =>
      expect(await saidOfGuests()).toContain("was stopped, and the simulated guest is gone"),
    );
    expect(await assignments()).toHaveLength(INSTANCES);
  });
});
