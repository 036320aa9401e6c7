import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { runWords } from "../../cmd/vmctl/run-words.ts";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
let dir: string;
let round = 0;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "scheduling-"));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
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

const GIB = 2 ** 30;
const manifests = new URL("../../../manifests/scheduling/", import.meta.url).pathname;
const apply = (path: string) => runWords("apply", "-f", path);
const placeOf = (name: string): Promise<string> =>
  eventually(async () => {
    const { hypervisor } = (await cluster.status(name)) ?? {};
    if (hypervisor === undefined) throw new Error(JSON.stringify(await cluster.condition(name, "Scheduled")));
    return hypervisor;
  });

async function threeHosts(): Promise<void> {
  await cluster.controllers();
  expect((await apply(join(manifests, "hosts.yaml"))).status).toBe(0);
  for (const name of ["rack-a-1", "rack-a-2", "rack-b-1"]) {
    await cluster.node(name, { simulated: { capacity: { vcpu: 32, memory: 64 * GIB, disk: 1024 * GIB } } });
    await cluster.hostReady(name);
  }
}

describe("manifests/scheduling", () => {
  it("puts each instance where it says", async () => {
    await threeHosts();
    const { status, err } = await apply(manifests);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    const only: Readonly<Record<string, string>> = {
      "fast-disk": "rack-a-1",
      "in-aggregate": "rack-a-1",
      grouped: "rack-a-1",
      "by-query": "rack-a-1",
      "in-the-north": "rack-a-1",
      pinned: "rack-b-1",
      "needs-gpu": "rack-a-2",
      "of-a-flavor": "rack-a-1",
    };
    for (const [name, host] of Object.entries(only)) expect([name, await placeOf(name)]).toEqual([name, host]);
    expect([await placeOf("front-0"), await placeOf("front-1")].sort()).toEqual(["rack-a-1", "rack-b-1"]);
    expect(["rack-a-1", "rack-b-1"]).toContain(await placeOf("front-cache"));
    expect(["rack-a-1", "rack-b-1"]).toContain(await placeOf("batch-job"));
    expect((await cluster.hostStatus("rack-a-1"))?.traits).toEqual(
      expect.arrayContaining(["CUSTOM_NETWORK_DEFAULT", "CUSTOM_NETWORK_VMCTL0", "CUSTOM_SSD", "HW_ARCH_X86_64"]),
    );
  });
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

  it("is an invalid request where nobody has heard of it, and no capacity where nobody has it", async () => {
    await threeHosts();
    await cluster.image();
    const anyOf = (...traits: string[]) => ({ traits: { anyOf: [traits] } });
    await cluster.instance("unheard-of", anyOf("CUSTOM_NO_SUCH", "CUSTOM_SSD"));
    const { message: unknown } = await cluster.until("unheard-of", "Scheduled", "False", "InvalidRequest");
    expect(unknown).not.toContain("mean");
    await cluster.instance("slip", anyOf("CUSTOM_SSDS"));
    const { message: meant } = await cluster.until("slip", "Scheduled", "False", "InvalidRequest");
    expect(meant).toBe('unknown trait CUSTOM_SSDS; did you mean "CUSTOM_SSD"?');
    await cluster.instance("not-here", anyOf("HW_CPU_X86_AVX512F", "HW_GPU_API_VULKAN"));
    await cluster.until("not-here", "Scheduled", "False", "NoCapacity");
    await cluster.instance("dmz", { interfaces: [{ name: "eth0", network: "dmz" }] });
    const { message } = await cluster.until("dmz", "Scheduled", "False", "NoCapacity");
    expect(message).toContain("network dmz missing");
    await cluster.hypervisor("rack-b-1", { traits: ["HW_GPU_API_VULKAN"] });
    expect(await placeOf("not-here")).toBe("rack-b-1");
  });

  it("may be declared in the same breath, also of a host that is not there yet", async () => {
    await cluster.controllers();
    await cluster.image();
    await cluster.hypervisor("host-1", { traits: ["CUSTOM_NEW"], inventory: { CUSTOM_THING: { total: 1 } } });
    await cluster.instance("web-1", { traits: { required: ["CUSTOM_NEW"] }, resources: { CUSTOM_THING: 1 } });
    const { message } = await cluster.until("web-1", "Scheduled", "False", "NoCapacity");
    expect(message).toContain("Hypervisor host-1 declares it, and Placement has not heard of it yet");
    await cluster.node();
    expect(await placeOf("web-1")).toBe("host-1");
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

  it("may be neighbours that come later", async () => {
    await threeHosts();
    await cluster.image();
    await cluster.instance("app", { affinity: [{ labelSelector: { matchLabels: { app: "db" } } }] });
    const { message } = await cluster.until("app", "Scheduled", "False", "NoCapacity");
    expect(message).toContain("affinity to app=db by host not met");
    await cluster.instance("db", {}, { labels: { app: "db" } });
    expect(await placeOf("app")).toBe(await placeOf("db"));
  });

  it("may come from a provider below the host: the claim is of both", async () => {
    await cluster.one();
    await cluster.image();
    const host = (await cluster.read<{ uid: string }>("status/cluster/hypervisors/host-1"))?.uid ?? "";
    const card = "00000000-0000-4000-8000-0000000000c1";
    const inventory = { total: 2, reserved: 0, minUnit: 1, maxUnit: 2, stepSize: 1, allocationRatio: 1 };
    await cluster.put(`placement/providers/${card}`, {
      ...{ uuid: card, name: "card", generation: 0, parent: host, root: host, traits: ["CUSTOM_CARD"], aggregates: [] },
      inventories: { VGPU: inventory },
    });
    const groups = { resourceGroups: [{ name: "gpu", resources: { VGPU: 2 }, traits: { required: ["CUSTOM_CARD"] } }] };
    const uid = await cluster.instance("web-1", groups);
    expect(await placeOf("web-1")).toBe("host-1");
    const { allocations } = (await cluster.read<{ allocations: object }>(`placement/allocations/${uid}`)) ?? {};
    expect(allocations).toEqual({
      [host]: { resources: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 2 } },
      [card]: { resources: { VGPU: 2 } },
    });
    await cluster.instance("web-2", groups);
    await cluster.until("web-2", "Scheduled", "False", "NoCapacity");
    await cluster.delete("web-1");
    expect(await placeOf("web-2")).toBe("host-1");
  });
});
