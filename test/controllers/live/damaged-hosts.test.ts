import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.on(server);
  await cluster.image();
});
afterEach(() => cluster.stop());

const DAMAGE: readonly (readonly [string, (spec: object) => unknown])[] = [
  ["no JSON", () => "{"],
  ["no spec", (stored) => ({ ...stored, spec: null })],
  ["taints that are no list", (stored) => ({ ...stored, spec: { taints: "x" } })],
  ["a taint that is none", (stored) => ({ ...stored, spec: { taints: [null] } })],
  ["aggregates that are no list", (stored) => ({ ...stored, spec: { aggregates: 5, taints: null } })],
];

describe("a hypervisor whose manifest somebody damaged in the store", () => {
  it.each(DAMAGE)("keeps nobody from the other host (S8): %s", async (_, damage) => {
    await cluster.controllers();
    for (const host of ["host-1", "host-2"]) {
      await cluster.node(host);
      await cluster.hostReady(host);
    }
    const key = "spec/cluster/hypervisors/host-1";
    await cluster.put(key, damage((await cluster.read<object>(key)) ?? {}));
    const term = { labelSelector: { matchLabels: { app: "other" } }, topology: "aggregate" };
    const names = ["web-1", "web-2", "web-3", "web-4"];
    for (const name of names) await cluster.instance(name, { antiAffinity: [term] });
    for (const name of names) await cluster.running(name);
    expect(await cluster.condition("web-1", "Scheduled")).toMatchObject({ status: "True" });
  });
});
