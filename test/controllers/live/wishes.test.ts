import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { runWords } from "../../cmd/vmctl/run-words.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { eventually } from "../../support/eventually.ts";
import { Cluster } from "../support/cluster.ts";

let server: EtcdServer;
let cluster: Cluster;
let dir: string;
let round = 0;
beforeAll(async () => {
  server = await EtcdServer.start();
  dir = await mkdtemp(join(tmpdir(), "scheduling-"));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
  await server.stop();
});
beforeEach(async () => {
  round += 1;
  const root = `/scheduling-${round}/`;
  cluster = await Cluster.on(server, root);
  vi.stubEnv("VMCTL_ENDPOINTS", server.endpoint);
  vi.stubEnv("VMCTL_ROOT", root);
  vi.stubEnv("HOME", "/nonexistent");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await cluster.stop();
});

const apply = (path: string) => runWords("apply", "-f", path);
const placeOf = (name: string): Promise<string> =>
  eventually(async () => {
    const { hypervisor } = (await cluster.status(name)) ?? {};
    if (hypervisor === undefined) throw new Error(JSON.stringify(await cluster.condition(name, "Scheduled")));
    return hypervisor;
  });

describe("what an instance asks for", () => {
  it("is refused with its place when it makes no sense", async () => {
    const path = join(dir, "bad.yaml");
    const text = [
      "apiVersion: compute.vmctl/v1alpha1",
      "kind: Instance",
      "metadata: {name: bad}",
      "spec:",
      "  placement:",
      "    query: resources=VCPU:1&require=CUSTOM_A",
    ];
    await writeFile(path, text.join("\n"));
    const { status, err } = await apply(path);
    expect(status).toBe(1);
    expect(err).toContain(
      `${path}:6:5 spec.placement.query cannot be taken: require is not a parameter of Placement (did you mean "required"?)`,
    );
  });

  it("may be a network that somebody makes later", async () => {
    await cluster.one();
    await cluster.image();
    await cluster.instance("web-1", { interfaces: [{ name: "eth0", network: "dmz" }] });
    await cluster.until("web-1", "Scheduled", "False", "NoCapacity");
    cluster.host().networks.add("dmz");
    cluster.host().tell("", "connection");
    expect(await placeOf("web-1")).toBe("host-1");
  });
});
