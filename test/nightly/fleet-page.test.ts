import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blocksOf } from "../support/page-blocks.ts";
import { SimulatedHome } from "../support/simulated-home.ts";

/** The commands of docs/fleet.md that need programs of their own; test/controllers has the rest of the page. */
describe("docs/fleet.md, word by word", () => {
  let home: SimulatedHome;
  let endpoint: string;
  let certificates: string;
  beforeAll(async () => {
    home = await SimulatedHome.make();
    await home.must("up", "--simulated", "1");
    [endpoint = ""] = /https:\/\/127\.0\.0\.1:\d+/.exec(await home.must("cluster-info")) ?? [];
    certificates = join(home.path, ".local/state/vmctl/up/certificates");
  });
  afterAll(() => home?.remove());

  it("a fleet on any control plane, and how it is taken out for good", async () => {
    const [start = ""] = await blocksOf("fleet.md", "A fleet on any control plane");
    expect(start).toContain("--count 1000 --template rack.yaml --name-prefix rack1-");
    const here = start
      .replace("https://etcd-1:2379", endpoint)
      .replace(/(--\w+) (ca|fleet)\.(crt|key)/g, `$1 ${certificates}/$2.$3`)
      .replace("--count 1000", "--count 3")
      .replace("rack.yaml", "manifests/topologies/three-tier/racks/zone-a-rack-1.yaml");
    await home.script(`${here.trimEnd()} > fleet.log 2>&1 &
      until vmctl get hypervisor rack1-0003 > /dev/null 2>&1; do sleep 0.2; done
      vmctl wait --for=condition=Ready hypervisors -l compute.vmctl/fleet=rack1 --timeout=60s
      kill $!; wait $! || [ $? = 143 ]`);
    const text = await readFile(new URL("../../docs/fleet.md", import.meta.url), "utf8");
    const [, remove = ""] = /`(vmctl delete hypervisors -l compute\.vmctl\/fleet=rack1)`/.exec(text) ?? [];
    expect((await home.script(remove)).trim().split("\n")).toHaveLength(3);
  });

  it("a topology of several fleets", async () => {
    const [block = ""] = await blocksOf("fleet.md", "A topology");
    const text = await readFile(new URL("../../docs/fleet.md", import.meta.url), "utf8");
    const [, settings = ""] = /```yaml\n(endpoints: [\s\S]*?)```/.exec(text) ?? [];
    const own = settings.replace(/https:\/\/[\d.:]+/, endpoint).replaceAll("/home/me", home.path);
    await home.write("fleet.yaml", own);
    expect(own).toContain(certificates);
    const [up = "", rest = ""] = block.split(/^(?=for rack)/m);
    expect(up).toMatch(/^vmctl up --simulated 1 /);
    const ready = "vmctl wait --for=condition=Ready instances --all --timeout=100s\n";
    const said = await home.script(rest.replace(/^vmctl get instances/m, `${ready}$&`));
    expect(said.match(/zone-a-rack-\d-000\d/g)?.length).toBeGreaterThanOrEqual(8);
  });
});
