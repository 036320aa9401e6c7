import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { E2eCluster } from "../support/e2e-cluster.ts";
import { imageYaml, instanceYaml, qemuPid, whenCondition, whenReady, whenRunning } from "../support/e2e-guest.ts";
import { haltingImage } from "../support/e2e-images.ts";
import { eventually } from "../support/eventually.ts";

const TTL_MS = 3_000;
const QUOTA_BYTES = 4 * 2 ** 20;
const DOMAINS = ["default.one", "default.two"] as const;
let cluster: E2eCluster;

beforeAll(async () => {
  cluster = await E2eCluster.start({
    openstack: true,
    leaseTtl: `${TTL_MS}ms`,
    etcdFlags: [`--quota-backend-bytes=${QUOTA_BYTES}`],
  });
  // One with an address; of the other only the run matters, and a boot costs seconds of processor.
  const two = instanceYaml("two", await haltingImage(cluster), "terminationGracePeriodSeconds: 0");
  await cluster.apply(imageYaml(cluster) + instanceYaml("one") + two);
  await Promise.all([whenReady(cluster, "one"), whenRunning(cluster, "two")]);
});
afterAll(() => cluster?.finish());

const pids = () => Promise.all(DOMAINS.map((domain) => qemuPid(cluster, domain)));
const running = async () => (await cluster.virsh("list", "--name")).split("\n").filter(Boolean).sort();

/** Halted: bound and known to its host, and costs no boot. */
const bindsAnother = async (name: string): Promise<void> => {
  await cluster.apply(instanceYaml(name, "runStrategy: Halted"));
  await whenCondition(cluster, name, ["Scheduled", "True/Bound"]);
  await cluster.vmctlOk("delete", "instance", name, "--now", "--timeout=30s");
};

describe("the controller", () => {
  it("ends without a word to the guests, and takes up afterwards what came meanwhile", async () => {
    const before = await pids();
    expect(await cluster.controller.terminate()).toBe(0);
    await cluster.apply(instanceYaml("three", "runStrategy: Halted"));
    cluster.controller.start();
    await whenCondition(cluster, "three", ["Scheduled", "True/Bound"]);
    await cluster.vmctlOk("delete", "instance", "three", "--now", "--timeout=30s");
    expect(await pids()).toEqual(before);
  });

  it("is followed by a second one when it is killed", async () => {
    const second = cluster.anotherController();
    second.start();
    try {
      await cluster.controller.kill();
      await bindsAnother("four");
    } finally {
      await second.terminate();
      cluster.controller.start();
    }
  });
});

describe("Placement", () => {
  it("is missed by name while it is away, and asked again when it is back", async () => {
    const before = await pids();
    await cluster.placement?.kill();
    await cluster.apply(instanceYaml("five", "runStrategy: Halted"));
    await whenCondition(cluster, "five", ["Scheduled", "False/PlacementUnreachable"]);
    await cluster.placement?.launch();
    await whenCondition(cluster, "five", ["Scheduled", "True/Bound"]);
    await cluster.vmctlOk("delete", "instance", "five", "--now", "--timeout=30s");
    expect(await pids()).toEqual(before);
  });
});

describe("etcd", () => {
  it("restarts, with authentication on, and everything goes on", async () => {
    const before = await pids();
    await cluster.etcd.restart();
    await bindsAnother("six");
    expect(await pids()).toEqual(before);
  });

  it("is away for three times the lease: nothing is stopped, nothing is started", async () => {
    const before = await pids();
    await cluster.etcd.kill();
    const until = performance.now() + 3 * TTL_MS;
    await eventually(
      async () => {
        expect(await pids()).toEqual(before);
        return performance.now() > until;
      },
      { deadlineMs: 3 * TTL_MS + 10_000, everyMs: 250 },
    );
    // Without a lease a host has no right to start anything (I1).
    await cluster.virsh("destroy", "default.two");
    const quiet = performance.now() + 2_000;
    await eventually(
      async () => {
        expect(await running()).toEqual(["default.one", "foreign"]);
        return performance.now() > quiet;
      },
      { everyMs: 250 },
    );
    await cluster.etcd.launch();
    await eventually(async () => (await running()).includes("default.two"), { deadlineMs: 40_000, everyMs: 250 });
    await whenRunning(cluster, "two");
    expect((await pids())[0]).toBe(before[0]);
  });

  it("is cut off from the host only: the host's guests run on, and are told apart from dead ones", async () => {
    const before = await pids();
    cluster.link.silence("toServer", "toClient");
    await whenCondition(cluster, "one", ["Ready", "Unknown/HostSilent"]);
    expect(await pids()).toEqual(before);
    cluster.link.resume();
    await whenReady(cluster, "one");
    expect(await pids()).toEqual(before);
  });

  it("is full: whoever writes is told what helps, and no guest is touched", async () => {
    const before = await pids();
    await fill();
    const { code, stderr } = await cluster.vmctlWith({ stdin: instanceYaml("seven") }, "apply", "-f", "-");
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/full|no space|quota/i);
    expect(await cluster.vmctlOk("get", "instances", "-o", "name")).toBe("instance/one\ninstance/two\n");
    expect(await pids()).toEqual(before);
    await empty();
    await bindsAnother("eight");
    await whenReady(cluster, "one");
    expect(await pids()).toEqual(before);
  });
});

async function fill(): Promise<void> {
  const value = "x".repeat(120_000);
  await eventually(
    async () => {
      const failure = await cluster.etcd.etcdctl("put", "/junk", value).catch((error: Error) => error.message);
      return failure.includes("database space exceeded");
    },
    { deadlineMs: 60_000, everyMs: 0 },
  );
}

/** What the error tells an administrator to do. */
async function empty(): Promise<void> {
  await cluster.etcd.etcdctl("del", "/junk");
  await cluster.etcd.compact();
  await cluster.etcd.etcdctl("defrag");
  await cluster.etcd.etcdctl("alarm", "disarm");
}
