import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { QuickCli } from "../../cmd/quick-cli.ts";
import { WordsWorld } from "../../cmd/words-world.ts";
import { Cluster } from "../../controllers/support/cluster.ts";
import { EtcdServer } from "../../support/etcd.ts";

const ROOT = "/explain/";
let server: EtcdServer;
let cluster: Cluster;
let cli: QuickCli;

beforeAll(async () => {
  server = await EtcdServer.start();
  cluster = await Cluster.on(server, ROOT);
  await cluster.one();
  await cluster.image();
  cli = new QuickCli({ VMCTL_ENDPOINTS: server.endpoint, VMCTL_ROOT: ROOT });
});
afterAll(async () => {
  await cli?.stop();
  await cluster?.stop();
  await server?.stop();
});

const manifest = (memory: string, more = "") => `
apiVersion: compute.vmctl/v1alpha1
kind: Instance
metadata: {name: web-1}
spec:
  image: {name: tiny}
  resources: {vcpu: 1, memory: ${memory}, disk: 1Gi}
${more}`;

const set = `
---
apiVersion: compute.vmctl/v1alpha1
kind: InstanceSet
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      image: {name: tiny}
      resources: {vcpu: 1, memory: 64Mi, disk: 1Gi}
---
apiVersion: compute.vmctl/v1alpha1
kind: Namespace
metadata: {name: team}
spec: {}
`;

const explain = (stdin: string, ...words: string[]) =>
  cli.run(["explain", "placement", "-f", "-", ...words], { stdin });

describe("explain placement", () => {
  it("says in one line where it would go; status 0", async () => {
    const { status, out } = await explain(manifest("64Mi"), "--scores");
    expect(out).toMatch(/^instance\/web-1 would go to host-1: 1 of 1 hypervisors can take it\n\nHOST +VERDICT +WHY\n/);
    expect(out).toMatch(/^host-1 +chosen +score 105$/m);
    expect(out).toMatch(/^SCORES +TOTAL +preferNoSchedule ×100 +neighbours ×4 +room ×1 +imageLocality ×0.009$/m);
    expect(status).toBe(0);
  });

  it("and why nowhere, with the smallest change last; status 1", async () => {
    const { status, out, err } = await explain(manifest("16Gi", "  hypervisorSelector: {room: north}\n"));
    const lines = out.trimEnd().split("\n");
    expect(lines[0]).toMatch(
      /^instance\/web-1 would go nowhere: 0 of 1 hypervisors can take it: 1 insufficient MEMORY_MB$/,
    );
    expect(lines.at(-1)).toMatch(
      /^Smallest change: with 820 MiB of memory less and hypervisorSelector without room=north, it would fit on host-1\.$/,
    );
    expect([status, err]).toEqual([1, ""]);
  });

  it("takes several, and sets by their template", async () => {
    const { status, out } = await explain(`${manifest("64Mi")}${set}`);
    expect(out).toMatch(/^instance\/web-1 would go to host-1/);
    expect(out).toMatch(/\n\nan instance of instanceset\/web would go to host-1/);
    expect(status).toBe(0);
  });

  it.each(["json", "yaml"])("prints %s for programs", async (format) => {
    const { status, out } = await explain(manifest("64Gi"), "-o", format);
    const { kind, status: said } = parse(out) as { kind: string; status: { instances: readonly object[] } };
    expect(kind).toBe("PlacementReview");
    expect(said.instances).toMatchObject([
      { name: "web-1", explanation: { hypervisors: 1, refused: [{ hypervisor: "host-1", by: "placement" }] } },
    ]);
    expect(status).toBe(1);
  });

  it("of one that exists, in both manners of naming it", async () => {
    await cluster.instance("here");
    await cluster.running("here");
    for (const words of [["instance/here"], ["vm", "here"]]) {
      const out = await cli.out("explain", "placement", ...words);
      expect(out).toContain("\nIt is on host-1; this is as if it were to be placed now.\n");
    }
  });

  it.each([
    [["explain", "placement"], "which instance?"],
    [["explain", "placement", "hv/host-1"], "hypervisors are not placed"],
    [["explain", "placement", "vm/a", "-o", "wide"], "one of json, yaml expected"],
    [["explain", "placement", "vm/a", "--recursive"], "--recursive is for fields"],
    [["explain", "instance", "--scores"], "one field at a time"],
    [["explain", "instance", "-o", "json"], "there is one version"],
  ])("%j ends with 2", async (words, text) => {
    const { status, err } = await cli.run(words);
    expect([status, err]).toEqual([2, expect.stringContaining(text)]);
  });

  it("and diff say the same of an Image that is nowhere, and diff takes one of its own manifests", async () => {
    const other = (name: string) => manifest("64Mi").replaceAll("tiny", name);
    const why = 'Image "tin" does not exist';
    expect((await explain(other("tin"))).out).toContain(`instance/web-1 would go nowhere: ${why}\n`);
    const diff = (stdin: string) => cli.run(["diff", "-f", "-"], { stdin });
    expect((await diff(other("tin"))).out).toContain(`  would wait: ${why}\n`);
    const image = `
---
apiVersion: compute.vmctl/v1alpha1
kind: Image
metadata: {name: NAME}
spec: {source: {url: "http://images/tin"}, architecture: ARCH}
`;
    const own = (name: string, arch: string) => image.replace("NAME", name).replace("ARCH", arch);
    expect((await diff(`${other("tin")}${own("tin", "x86_64")}`)).out).toContain("  would go to host-1\n");
    expect((await diff(`${other("tin")}${own("tin", "s390x")}`)).out).toMatch(/ {2}would wait: .*HW_ARCH_S390X/);
  });

  it("of one that is not there ends with 1, as in get", async () => {
    const { status, err } = await cli.run(["explain", "placement", "vm/nobody"]);
    expect([status, err]).toEqual([1, expect.stringContaining("instance/nobody not found")]);
  });

  it("says so when there is nobody to answer, or nothing to explain", async () => {
    const world = await WordsWorld.start();
    try {
      const file = await world.file(
        "ns.yaml",
        "apiVersion: compute.vmctl/v1alpha1\nkind: Namespace\nmetadata: {name: x}\n",
      );
      const { status, err } = await world.run("explain", "placement", "-f", file);
      expect([status, err]).toEqual([2, expect.stringContaining("there is no Instance and no InstanceSet")]);
    } finally {
      await world.stop();
    }
  });
});
