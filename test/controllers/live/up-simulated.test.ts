import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { blocksOf } from "../../support/page-blocks.ts";
import { SimulatedHome } from "../../support/simulated-home.ts";

const HOSTS = 8;
const INSTANCES = 24;

let home: SimulatedHome;
beforeAll(async () => {
  home = await SimulatedHome.make();
});
afterAll(() => home?.remove());

const instances = (): string =>
  Array.from({ length: INSTANCES }, (_, index) => `kind: Instance\nmetadata: {name: web-${index}}\nspec: ${SPEC}`)
    .map((text) => `apiVersion: compute.vmctl/v1alpha1\n${text}\n`)
    .join("---\n");
const SPEC = "{image: {name: tiny}, resources: {vcpu: 1, memory: 256Mi, disk: 1Gi}}";

it("vmctl up --simulated is a control plane for anybody, as docs/fleet.md has it, and goes without a trace", {
  timeout: 120_000,
}, async () => {
  const [page = ""] = await blocksOf("fleet.md", "A control plane with simulated hypervisors");
  const [before = "", after = ""] = page.replace("--simulated 64", `--simulated ${HOSTS}`).split(/^(?=vmctl down)/m);
  await home.write("instances.yaml", instances());
  const said = await home.script(before);
  expect(said).toContain(`${HOSTS} simulated ones are Ready`);
  expect(said).toContain(`Context "simulated" in ${home.path}/.config/vmctl/config.yaml is now current; logs in `);
  expect(said).toMatch(/^sim-0001 +True/m);
  expect(said).toContain(`instance/web-${INSTANCES - 1} created`);
  const hosts = (await home.must("get", "hypervisors", "-o", "name")).trim().split("\n");
  expect([hosts.length, hosts[0], hosts.at(-1)]).toEqual([HOSTS, "hypervisor/sim-0001", "hypervisor/sim-0008"]);
  await home.must("wait", "--for=condition=Ready", "instances", "--all", "--timeout=60s");

  await home.must("config", "set-context", "other", "--endpoints=http://127.0.0.1:1");
  await home.must("config", "use-context", "other");
  const again = await home.must("up");
  expect(again).toContain("vmctl is up already");
  expect(again).toContain('is now current (was "other")');
  expect(await home.vmctl("up", "--simulated=9")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("vmctl is up with another --simulated"),
  });
  expect(await home.script(after)).toContain("simulated guests went with it");
  const list = await home.must("down", "--purge", "--yes");
  expect(list).toMatch(/data +\S+\/\.local\/state\/vmctl\/up/);
  expect(list).not.toContain("guest ");
  expect(list).toContain("all of it is gone");
  expect(await readdir(join(home.path, ".local", "state"))).toEqual([]);
});
