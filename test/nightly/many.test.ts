import { afterAll, beforeAll, expect, it } from "vitest";
import { E2eCluster, type E2eObject } from "../support/e2e-cluster.ts";
import { addressOf, imageYaml, instanceYaml } from "../support/e2e-guest.ts";

/** The end-to-end test of this name has three guests that boot among its twenty; here all do. */
const NAMES = Array.from({ length: 20 }, (_, index) => `many-${String(index).padStart(2, "0")}`);
let cluster: E2eCluster;

beforeAll(async () => {
  cluster = await E2eCluster.start();
});
afterAll(() => cluster?.finish());

it("20 guests boot at once, each with an address of its own", async () => {
  await cluster.apply(imageYaml(cluster) + NAMES.map((name) => instanceYaml(name)).join(""));
  const words = NAMES.map((name) => `instance/${name}`);
  await cluster.vmctlOk("wait", "--for=condition=Ready", ...words, "--timeout=300s");
  const { items } = JSON.parse(await cluster.vmctlOk("get", "instances", "-o", "json")) as { items: E2eObject[] };
  expect(new Set(items.map(addressOf)).size).toBe(NAMES.length);
});
