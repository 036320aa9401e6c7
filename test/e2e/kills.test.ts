import { afterAll, beforeAll, expect, it } from "vitest";
import { E2eCluster } from "../support/e2e-cluster.ts";
import { imageYaml, instanceYaml, qemuPid, whenReady } from "../support/e2e-guest.ts";
import { changeAndKill, converge } from "../support/e2e-kills.ts";

/** All twenty take a minute and more: `hack/test nightly` runs them. A seed is a whole scenario, the same each time. */
const SEEDS = [1, 2, 3, 4];

let cluster: E2eCluster;

beforeAll(async () => {
  cluster = await E2eCluster.start({ leaseTtl: "3s" });
  await cluster.apply(imageYaml(cluster) + instanceYaml("steady"));
  await whenReady(cluster, "steady");
});
afterAll(() => cluster?.finish());

it("kill -9 of controller and node at random moments loses nothing and touches no other guest", async () => {
  const pid = await qemuPid(cluster, "default.steady");
  for (const seed of SEEDS) await changeAndKill(cluster, seed);
  await converge(cluster);
  const domains = (await cluster.virsh("list", "--name")).split("\n").filter(Boolean).sort();
  expect(domains).toEqual(["default.k-0", "default.k-1", "default.k-2", "default.k-3", "default.steady", "foreign"]);
  expect(await qemuPid(cluster, "default.steady")).toBe(pid);
});
