import { afterAll, beforeAll, expect, it } from "vitest";
import { E2eCluster } from "../support/e2e-cluster.ts";
import { imageYaml, instanceYaml, qemuPid, whenReady } from "../support/e2e-guest.ts";
import { changeAndKill, converge } from "../support/e2e-kills.ts";

/** Twenty belong to every run, on guests that halt at once; here are others, on guests that boot. */
const SEEDS = Array.from({ length: 40 }, (_, index) => 101 + index);
const IMAGE = "image: {name: tiny}";

let cluster: E2eCluster;

beforeAll(async () => {
  cluster = await E2eCluster.start({ leaseTtl: "3s" });
  await cluster.apply(imageYaml(cluster) + instanceYaml("steady"));
  await whenReady(cluster, "steady");
});
afterAll(() => cluster?.finish());

it("kill -9 of controller and node at random moments loses nothing and touches no other guest", async () => {
  const pid = await qemuPid(cluster, "default.steady");
  for (const seed of SEEDS) await changeAndKill(cluster, IMAGE, seed);
  await converge(cluster, IMAGE);
  expect(await qemuPid(cluster, "default.steady")).toBe(pid);
});
