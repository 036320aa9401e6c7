import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ImageServer } from "../hypervisor/libvirt/image-server.ts";
import { E2eCluster } from "../support/e2e-cluster.ts";
import { hypervisorYaml, imageYaml, instanceYaml, qemuPid, whenCondition, whenRunning } from "../support/e2e-guest.ts";
import { emptyImage, haltingImage, imageServerFor } from "../support/e2e-images.ts";
import { keysAbout } from "../support/e2e-leaks.ts";
import { eventually } from "../support/eventually.ts";

/** Room for the tiny image and a few overlays, and no more. */
const POOL_MIB = 64;
const ROOMY_HOST = hypervisorYaml("inventory: {disk: {total: 100Gi}}");
const HAND_MADE =
  "<domain type='qemu'><name>default.taken</name><memory unit='MiB'>16</memory>" +
  "<os><type arch='x86_64' machine='pc'>hvm</type></os></domain>";

let cluster: E2eCluster;
let images: Awaited<ReturnType<typeof imageServerFor>>;
let server: ImageServer;

beforeAll(async () => {
  cluster = await E2eCluster.start({ poolMib: POOL_MIB });
  images = await imageServerFor(cluster);
  server = images.server;
});
afterAll(async () => {
  await cluster?.finish();
  await images?.stop();
});

const withImage = (name: string, image: string, ...spec: string[]) =>
  instanceYaml(name, `image: {source: {${image}}}`, ...spec);

describe("what cannot be had", () => {
  const wanted: Record<string, readonly [condition: string, wanted: string]> = {
    "wrong-checksum": ["Ready", "False/ChecksumMismatch"],
    "too-large": ["Ready", "False/ImageTooLarge"],
    "cut-off": ["Ready", "False/ImageTruncated"],
    "no-file": ["Ready", "False/ImageNotFound"],
    outside: ["Ready", "False/ImageForbidden"],
    taken: ["Ready", "False/NameTaken"],
    strange: ["Scheduled", "False/InvalidRequest"],
    huge: ["Scheduled", "False/NoCapacity"],
    unconnected: ["Scheduled", "False/NoCapacity"],
  };

  beforeAll(async () => {
    await writeFile(join(cluster.dir, "taken.xml"), HAND_MADE);
    await cluster.virsh("define", join(cluster.dir, "taken.xml"));
    const large = await emptyImage(cluster, "large.qcow2", "8G");
    const cut = server.on("/cut.qcow2", (_, response) => {
      response.writeHead(200, { "content-length": 1_000_000 });
      response.write(Buffer.alloc(1000), () => setImmediate(() => response.destroy()));
    });
    const { file } = cluster.image;
    await cluster.apply(
      [
        imageYaml(cluster),
        ROOMY_HOST,
        instanceYaml("wrong-checksum", `image: {source: {file: ${file}}, checksum: "sha256:${"0".repeat(64)}"}`),
        withImage("too-large", `file: ${large}`),
        withImage("cut-off", `url: "${cut}"`),
        withImage("no-file", `file: ${join(cluster.dir, "images/none.qcow2")}`),
        withImage("outside", "file: /etc/passwd"),
        instanceYaml("taken"),
        instanceYaml("strange", "traits: {required: [CUSTOM_NOBODY_KNOWS]}"),
        instanceYaml("huge", "resources: {vcpu: 1, memory: 900Gi, disk: 1Gi}"),
        instanceYaml("unconnected", "interfaces: [{name: main, network: nowhere}]"),
        instanceYaml("good", await haltingImage(cluster), "terminationGracePeriodSeconds: 0"),
      ].join(""),
    );
  });

  it("does not hold up what can be had", async () => {
    await whenRunning(cluster, "good");
  });

  it.each(Object.entries(wanted))("%s says why", async (name, condition) => {
    const instance = await whenCondition(cluster, name, condition);
    expect(instance.status?.phase).not.toBe("Running");
  });

  it("names what is missing in the message", async () => {
    const message = async (name: string, type: string): Promise<string | undefined> =>
      (await cluster.object("instance", name))?.status?.conditions?.find((found) => found.type === type)?.message;
    expect(await message("strange", "Scheduled")).toContain("CUSTOM_NOBODY_KNOWS");
    expect(await message("unconnected", "Scheduled")).toContain("network nowhere missing");
    expect(await message("huge", "Scheduled")).toContain("MEMORY_MB");
    expect(await message("taken", "Ready")).toContain("default.taken");
  });

  it("leaves the domain that has the wanted name as it is, also when the instance is deleted", async () => {
    await cluster.vmctlOk("delete", "instance", "taken", "--timeout=30s");
    expect(await cluster.virsh("domstate", "default.taken")).toBe("shut off");
    await cluster.virsh("undefine", "default.taken");
  });

  it("takes a corrected spec up at once", async () => {
    await cluster.apply(instanceYaml("strange", "traits: {required: []}", "runStrategy: Halted"));
    await whenCondition(cluster, "strange", ["Scheduled", "True/Bound"]);
  });

  it("deletes all of it without a trace", async () => {
    await cluster.vmctlOk("delete", "instances", ...Object.keys(wanted).filter((name) => name !== "taken"));
    expect(await cluster.vmctlOk("get", "instances", "-o", "name")).toBe("instance/good\n");
  });
});

describe("a disk that fills up while an image is copied", () => {
  it("is told, leaves no half image, and nobody else notices", async () => {
    const pid = await qemuPid(cluster, "default.good");
    const endless = server.on("/endless.raw", (_, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(1 << 20, 7);
      const send = (): void => {
        if (!response.destroyed) response.write(chunk, () => setImmediate(send));
      };
      send();
    });
    await cluster.apply(withImage("full", `url: "${endless}"`));
    await whenCondition(cluster, "full", ["Ready", "False/DiskFull"]);
    await cluster.vmctlOk("delete", "instance", "full", "--timeout=30s");
    expect(await qemuPid(cluster, "default.good")).toBe(pid);
    expect(await cluster.virsh("domstate", "default.good")).toBe("running");
  });
});

describe("a deletion in the middle of a download", () => {
  it("ends the download and leaves nothing", async () => {
    let closed = false;
    let asked = false;
    const slow = server.on("/slow.qcow2", (_, response) => {
      asked = true;
      response.on("close", () => {
        closed = true;
      });
      response.writeHead(200, { "content-length": 1_000_000 });
      response.write(Buffer.alloc(1000));
    });
    await cluster.apply(withImage("slow", `url: "${slow}"`));
    await eventually(() => asked, { deadlineMs: 20_000 });
    const uid = (await cluster.object("instance", "slow"))?.metadata.uid ?? "";
    await cluster.vmctlOk("delete", "instance", "slow", "--timeout=30s");
    await eventually(() => closed);
    expect(await keysAbout(cluster, uid)).toEqual([]);
  });
});
