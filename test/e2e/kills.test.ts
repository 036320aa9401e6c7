import { afterAll, beforeAll, expect, it } from "vitest";
import { E2eCluster } from "../support/e2e-cluster.ts";
import { instanceYaml, qemuPid, whenRunning } from "../support/e2e-guest.ts";
import { haltingImage } from "../support/e2e-images.ts";
import { changeAndKill, converge } from "../support/e2e-kills.ts";

/** A seed is a whole scenario, the same each time. */
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

let cluster: E2eCluster;
let image: string;

beforeAll(async () => {
  cluster = await E2eCluster.start({ leaseTtl: "3s" });
  image = await haltingImage(cluster);
  await cluster.apply(instanceYaml("steady", image, "terminationGracePeriodSeconds: 0"));
  await whenRunning(cluster, "steady");
});
afterAll(() => cluster?.finish());

it("kill -9 of controller and node at random moments loses nothing and touches no other guest", async () => {
  const pid = await qemuPid(cluster, "default.steady");
  for (const seed of SEEDS) await changeAndKill(cluster, image, seed);
  await converge(cluster, image);
  expect(await qemuPid(cluster, "default.steady")).toBe(pid);
});
