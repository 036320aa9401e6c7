import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { E2eCluster } from "./e2e-cluster.ts";
import { listKeys } from "./e2e-etcd.ts";
import type { PlacementServer } from "./placement-server.ts";

/** After every instance is deleted: no domain, file, record, allocation or key of any is left. */
export async function assertNothingLeft(cluster: E2eCluster): Promise<void> {
  const { keys } = await listKeys(cluster.etcd);
  const names = keys.map(({ key }) => key);
  expect({
    domains: (await cluster.virsh("list", "--all", "--name")).split("\n").filter((name) => name !== ""),
    pool: (await readdir(cluster.poolDir)).filter((name) => name !== "cache"),
    unfinishedDownloads: await readdir(join(cluster.poolDir, "cache", "incoming")),
    consoles: await readdir(join(cluster.dir, "console")),
    records: await readdir(join(cluster.dir, "state", "instances")),
    instanceKeys: names.filter((key) => key.includes("/instances/") || /^assigned\/[^/]+\/data\//.test(key)),
    allocations: names.filter((key) => key.startsWith("placement/allocations/")),
    openstack: cluster.placement ? await allocationsOf(cluster.placement) : {},
  }).toEqual({
    domains: ["foreign"],
    pool: ["default.foreign.root.qcow2"],
    unfinishedDownloads: [],
    consoles: [],
    records: [],
    instanceKeys: [],
    allocations: [],
    openstack: {},
  });
}

/** All allocations of all providers, by consumer. */
export async function allocationsOf(placement: PlacementServer): Promise<Record<string, unknown>> {
  const { body } = await placement.request("GET", "/resource_providers");
  const { resource_providers: providers } = body as { resource_providers: { uuid: string }[] };
  const found: Record<string, unknown> = {};
  for (const { uuid } of providers) {
    const reply = await placement.request("GET", `/resource_providers/${uuid}/allocations`);
    Object.assign(found, (reply.body as { allocations: Record<string, unknown> }).allocations);
  }
  return found;
}

/** Keys that mention a uid in name or value, events apart: what a deletion must leave none of. */
export async function keysAbout(cluster: E2eCluster, uid: string): Promise<readonly string[]> {
  const { keys } = await listKeys(cluster.etcd);
  return keys
    .filter(({ key, value }) => !key.startsWith("events/") && (key.includes(uid) || value.includes(uid)))
    .map(({ key }) => key);
}
