import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { E2eCluster, type E2eObject } from "../support/e2e-cluster.ts";
import { listKeys } from "../support/e2e-etcd.ts";
import { addressOf, hypervisorYaml, imageYaml, instanceYaml, qemuPid, whenRunning } from "../support/e2e-guest.ts";
import { haltingImage } from "../support/e2e-images.ts";
import { changeAndKill, converge } from "../support/e2e-kills.ts";

const NAMES = Array.from({ length: 20 }, (_, index) => `many-${String(index).padStart(2, "0")}`);
/** Those that boot an operating system; the others halt at once: twenty boots under TCG take more than a minute. */
const BOOTING = NAMES.slice(0, 2);
const words = (names: readonly string[]): string[] => names.map((name) => `instance/${name}`);
/** A seed is a whole scenario, the same each time. */
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

let cluster: E2eCluster;
let manifest: string;
/** The line of a spec whose guest halts at once. */
let image: string;

beforeAll(async () => {
  cluster = await E2eCluster.start({ leaseTtl: "3s" });
  image = await haltingImage(cluster);
  const halting = [image, "terminationGracePeriodSeconds: 0"];
  const documents = NAMES.map((name) => instanceYaml(name, ...(BOOTING.includes(name) ? [] : halting)));
  // They write next to nothing: twenty disks fit where there is not the room for all of them.
  await cluster.apply(hypervisorYaml("inventory: {disk: {allocationRatio: 16}}"));
  manifest = imageYaml(cluster) + documents.join("");
});
afterAll(() => cluster?.finish());

/** Definitions as libvirt keeps them, with the time of their last write. */
async function definitions(): Promise<Record<string, number>> {
  const dir = join(cluster.libvirt.dir, "etc", "qemu");
  const files = (await readdir(dir)).filter((name) => name.endsWith(".xml"));
  const times = await Promise.all(files.map(async (name) => [name, (await stat(join(dir, name))).mtimeMs] as const));
  return Object.fromEntries(times);
}

describe("many", () => {
  it("20 instances in one file reach Running, none lost, no address twice", async () => {
    await cluster.apply(manifest);
    await cluster.vmctlOk("wait", "--for=jsonpath={.status.phase}=Running", ...words(NAMES), "--timeout=110s");
    await cluster.vmctlOk("wait", "--for=condition=Ready", ...words(BOOTING), "--timeout=60s");
    const { items } = JSON.parse(await cluster.vmctlOk("get", "instances", "-o", "json")) as { items: E2eObject[] };
    expect(items.map(({ metadata, status }) => `${metadata.name} ${status?.phase}`)).toEqual(
      NAMES.map((name) => `${name} Running`),
    );
    const running = (await cluster.virsh("list", "--name")).split("\n").filter(Boolean).sort();
    expect(running).toEqual(["foreign", ...NAMES.map((name) => `default.${name}`)].sort());
    const addresses = items.filter(({ metadata }) => BOOTING.includes(metadata.name)).map(addressOf);
    expect(new Set(addresses).size).toBe(BOOTING.length);
  });

  it("the same file again is unchanged: no write to etcd but heartbeats, none to libvirt", async () => {
    const defined = await definitions();
    const before = await listKeys(cluster.etcd);
    const said = await cluster.apply(manifest);
    expect(said.split("\n").filter((line) => line.endsWith(" unchanged"))).toHaveLength(NAMES.length + 1);
    const after = await listKeys(cluster.etcd);
    const changed = after.keys.filter(
      ({ key, modRevision }) => modRevision > before.revision && !key.startsWith("alive/"),
    );
    expect(changed.map(({ key }) => key)).toEqual([]);
    expect(await definitions()).toEqual(defined);
  });

  it("all go again, and nothing of them stays", async () => {
    await cluster.vmctlOk("delete", "instances", "--all", "--now", "--timeout=60s");
    expect(await cluster.virsh("list", "--all", "--name")).toBe("foreign");
  });
});

describe("kills, on the same hosts afterwards", () => {
  let pid: number;
  beforeAll(async () => {
    await cluster.apply(instanceYaml("steady", image, "terminationGracePeriodSeconds: 0"));
    await whenRunning(cluster, "steady");
    pid = await qemuPid(cluster, "default.steady");
  });

  it("kill -9 of controller and node at random moments loses nothing and touches no other guest", async () => {
    for (const seed of SEEDS) await changeAndKill(cluster, image, seed);
    await converge(cluster, image);
    expect(await qemuPid(cluster, "default.steady")).toBe(pid);
  });
});
