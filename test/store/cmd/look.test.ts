import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { specKey, statusKey } from "../../../resources/keys.ts";
import type { Store } from "../../../store/store.ts";
import { QuickCli } from "../../cmd/quick-cli.ts";
import { EtcdServer } from "../../support/etcd.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

const ROOT = "/look/";
const QUOTA = { vcpu: 16, memory: "32Gi", CUSTOM_FPGA: 1 };
const now = "2030-01-02T03:04:06Z";
let server: EtcdServer;
let proxy: TcpProxy;
let store: Store;
let cli: QuickCli;
let uids = 0;

beforeAll(async () => {
  server = await EtcdServer.start();
  proxy = await TcpProxy.start(server.clientPort);
  store = await server.store({ root: ROOT });
  cli = new QuickCli({ VMCTL_ENDPOINTS: proxy.endpoint, VMCTL_ROOT: ROOT });
  const amounts = { vcpu: 8, memory: 16 * 2 ** 30, disk: 100 * 2 ** 30 };
  const allocated = { vcpu: 3, memory: 5 * 2 ** 30, disk: 4 * 2 ** 30 };
  await put(
    "Hypervisor",
    "cluster/hypervisors/host-1",
    { unschedulable: true, inventory: { disk: { allocationRatio: 1.5 } } },
    { capacity: amounts, allocatable: amounts, allocated },
  );
  await put("Image", "cluster/images/debian", { source: { url: "http://192.0.2.1/debian" } }, { digest: "sha256:00" });
  await put("Namespace", "cluster/namespaces/default", { limits: { instances: 5 }, quota: QUOTA }, {});
  await put(
    "Instance",
    "ns/default/instances/web-1",
    { image: { name: "debian" }, resources: { vcpu: 2, memory: "4Gi" } },
    bound("Running"),
  );
  await put("Instance", "ns/default/instances/web-2", { image: { name: "debian" } }, bound("Starting"));
  await put("Instance", "ns/default/instances/lost", { image: { name: "gone" } }, { phase: "Pending" });
});
afterAll(async () => {
  await cli?.stop();
  await proxy?.stop();
  await server?.stop();
});

const bound = (phase: string) => ({ phase, hypervisor: "host-1", observedGeneration: 1 });

async function put(kind: string, tail: string, spec: object, status: object): Promise<void> {
  const [name = "", , namespace] = tail.split("/").reverse();
  const uid = `6b1f0c9e-8f0e-4c57-9d8b-${String(++uids).padStart(12, "0")}`;
  const metadata = { name, uid, generation: 1, creationTimestamp: now, ...(tail.startsWith("ns/") && { namespace }) };
  const values = {
    [specKey(tail)]: { apiVersion: "compute.vmctl/v1alpha1", kind, metadata, spec },
    [statusKey(tail)]: { uid, specCreateRevision: 1, status },
  };
  const writes = Object.entries(values).map(
    ([key, value]) => ({ op: "put", key, value: JSON.stringify(value) }) as const,
  );
  await store.commit({ compares: [], writes });
}

async function event(name: string, reason: string, count: number, minute: number): Promise<void> {
  const at = `2030-01-02T03:${String(minute).padStart(2, "0")}:00Z`;
  const value = {
    ...{ uid: `uid-${name}`, kind: "Instance", namespace: "events", name, type: count > 1 ? "Warning" : "Normal" },
    ...{ reason, message: `${reason} \u001b[1m`, count, firstTimestamp: now, lastTimestamp: at },
  };
  const writes = [{ op: "put", key: `events/uid-${name}/${reason}`, value: JSON.stringify(value) } as const];
  await store.commit({ compares: [], writes });
}

describe("describe", () => {
  it("an instance tells of its image and hypervisor", async () => {
    const text = await cli.out("describe", "instance", "web-1");
    expect(text).toMatch(/^Image:\n {2}NAME .*\n {2}debian .*sha256:00/m);
    expect(text).toMatch(/^Hypervisor:\n {2}NAME .*\n {2}host-1 +<none> +true/m);
    const lost = await cli.out("describe", "instance", "lost");
    expect(lost).toMatch(/^Image:\n {2}image\/gone is not there\nHypervisor:\n {2}none yet$/m);
  });

  it("a hypervisor tells of its instances and what they take", async () => {
    const text = await cli.out("describe", "hv", "host-1");
    expect(text).toMatch(/^ {2}MEMORY +16Gi +1 +16Gi +5Gi +11Gi$/m);
    expect(text).toMatch(/^ {2}VCPU +8 +16 +8 /m);
    expect(text).toMatch(/^ {2}DISK +100Gi +1.5 +100Gi /m);
    expect(text).toMatch(/^ {4}memory: 16Gi$/m);
    expect(text).toMatch(/^ {2}default +web-1 +Running +2 +4Gi +2Gi$/m);
    expect(text).toMatch(/^ {2} +2 in all +3 +4.5Gi +4Gi$/m);
    expect(text).not.toContain("lost");
  });

  it("an image tells of its users, a namespace of what is in it", async () => {
    expect(await cli.out("describe", "image", "debian")).toMatch(
      /^Instances:\n {2}NAMESPACE .*\n {2}default +web-1 .*\n {2}default +web-2 /m,
    );
    expect(await cli.out("describe", "ns", "default")).toMatch(
      /^ {2}instances +3 +5 +1 Pending,1 Running,1 Starting$/m,
    );
  });

  it("a namespace tells what is taken of its quota, also in a wide table", async () => {
    const text = await cli.out("describe", "ns", "default");
    expect(text).toMatch(
      /^Quota:\n {2}RESOURCE +TAKEN +AT MOST\n {2}vcpu +3 +16\n {2}memory +4.5Gi +32Gi\n {2}CUSTOM_FPGA +0 +1$/m,
    );
    const wide = await cli.out("get", "namespaces", "-o", "wide");
    expect(wide).toMatch(
      /^NAME +STATUS +AGE +TAKEN\ndefault .* vcpu 3\/16, memory 4.5Gi\/32Gi, CUSTOM_FPGA 0\/1, instances 3\/5$/m,
    );
    expect(await cli.out("get", "namespaces")).not.toContain("TAKEN");
  });

  it("many at once, without a word of warning", async () => {
    const names = Array.from({ length: 30 }, () => "instance/web-1");
    expect(await cli.run(["describe", ...names])).toMatchObject({ status: 0, err: "" });
  });

  it("finds by uid and says what is missing", async () => {
    expect(await cli.out("describe", "hv", "6b1f0c9e-8f0e-4c57-9d8b-000000000001")).toContain("Name:         host-1");
    const { status, err } = await cli.run(["describe", "image", "debia"]);
    expect(status).toBe(1);
    expect(err).toContain('image/debia not found; did you mean "debian"?');
  });
});

describe("events", () => {
  it("are filtered, in the order of time, harmless on a terminal", async () => {
    await event("a", "Started", 1, 9);
    await event("b", "Failed", 4, 7);
    const lines = (await cli.out("events", "-n", "events")).split("\n");
    expect(lines.slice(1, 3).map((line) => /instance\/\w/.exec(line)?.[0])).toEqual(["instance/b", "instance/a"]);
    expect(lines.join()).not.toContain("\u001b");
    expect(await cli.out("events", "-n", "events", "--for", "instance/a", "--no-headers")).toMatch(
      /^\S+ +Normal +Started .*\n$/,
    );
    const list = JSON.parse(await cli.out("events", "-A", "--types=warning", "-o", "json"));
    expect(list).toMatchObject({ kind: "List", items: [{ kind: "Event", object: { name: "b" }, count: 4 }] });
    const none = await cli.run(["events", "-n", "none"]);
    expect(none).toMatchObject({ status: 0, out: "", err: "No events found in none namespace.\n" });
  });

  it("are followed through a compaction, each told once", async () => {
    const watch = cli.start(["events", "-n", "events", "-w", "--no-headers"]);
    await watch.linesFrom(2);
    await event("c", "First", 1, 10);
    await watch.linesFrom(3);
    proxy.suspend();
    await event("c", "First", 2, 11);
    await event("d", "Second", 1, 12);
    await server.compact();
    proxy.resume();
    await watch.linesFrom(5);
    await event("e", "Third", 1, 13);
    const reasons = (await watch.linesFrom(6)).map((line) => /instance\/\w/.exec(line)?.[0]?.slice(-1)).join("");
    expect(reasons).toBe("baccde");
    watch.interrupt();
    expect(await watch.ended).toMatchObject({ status: 130, err: "" });
  });
});

describe("what runs", () => {
  const record = (key: string, value: object) => ({ op: "put", key, value: JSON.stringify(value) }) as const;

  beforeAll(async () => {
    const alive = { machineId: "m", bootId: "b", startToken: "t", sequence: 1, version: "0.1.0+abc" };
    await store.commit({
      compares: [],
      writes: [
        record("alive/host-1", alive),
        record("alive/host-\u001b[1m", alive),
        record("elections/controller", { holder: "ctl/7", lease: "1", since: Date.parse(now), version: "0.1.0+def" }),
        record("placement/providers/1", {}),
      ],
    });
    await put("Hypervisor", "cluster/hypervisors/host-2", {}, { versions: { libvirt: "9.0.0", qemu: "7.2.1" } });
  });

  it("is told by cluster-info", async () => {
    const text = await cli.out("cluster-info");
    expect(text).toMatch(/^etcd +http:\S+: \d\S+, authentication disabled, revision \d+, /);
    expect(text).toMatch(/^controller +ctl\/7 leads.*, 0\.1\.0\+def$/m);
    expect(text).toMatch(/^placement +embedded, 1 in its books$/m);
    expect(text).toMatch(/^hypervisors +3: 2 alive, 1 silent$/m);
    expect(text).toMatch(/^host-2 +silent +<none> +<none> +<none> +9\.0\.0 +7\.2\.1$/m);
    expect(text).not.toContain("\u001b");
    const json = JSON.parse(
      await cli.out("cluster-info", "-o", "json", "--endpoints", `${proxy.endpoint},http://127.0.0.1:1`),
    );
    expect(json).toMatchObject({
      etcd: [{ server: { value: { authentication: "disabled" } } }, { server: { unknown: expect.any(String) } }],
      placement: { value: { engine: "embedded", providers: 1 } },
    });
    const nobody = await cli.run(["cluster-info", "--endpoints", "http://127.0.0.1:1"]);
    expect(nobody).toMatchObject({ status: 1, out: "" });
    expect(nobody.err).toContain("no endpoint of etcd answers: http://127.0.0.1:1");
  });

  it("has versions, as far as they can be seen", async () => {
    const text = await cli.out("version");
    expect(text).toMatch(/^vmctl +\S+ \(node v\d.*\)\netcd +\d\S+\ncontroller +0\.1\.0\+def \(ctl\/7 leads\)\n/);
    expect(text).toMatch(/^node host-1 +0\.1\.0\+abc$/m);
    expect(text).toMatch(/^node host-2 +<not told>, libvirt 9\.0\.0, qemu 7\.2\.1, silent$/m);
    expect(JSON.parse(await cli.out("version", "--client", "-o", "json"))).toEqual({ client: expect.anything() });
    const away = await cli.run(["version", "--endpoints", "http://127.0.0.1:1"]);
    expect(away).toMatchObject({ status: 1, out: expect.stringMatching(/^vmctl \S+ \(node v/) });
    expect(away.err).toContain("cannot reach etcd");
    const alone = await new QuickCli({}).run(["version"]);
    expect(alone).toMatchObject({ status: 0, out: expect.stringMatching(/^vmctl \S+ \(node v/) });
  });
});
