import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { Cluster, DIGEST } from "../support/cluster.ts";

const server = sharedEtcd();
let cluster: Cluster;
beforeEach(async () => {
  cluster = await Cluster.on(server);
});
afterEach(() => cluster.stop());

const image = async (name = "tiny") =>
  (await cluster.read<{ status: { digest?: string } }>(`status/cluster/images/${name}`))?.status;

describe("an image", () => {
  it("without a checksum gets the first digest that a host reports, and only then is used", async () => {
    await cluster.one();
    await cluster.image("tiny", { source: { url: "http://images/new" } });
    const uid = await cluster.instance("web-1");
    const { imageDigest } = await cluster.running("web-1");
    expect((await image())?.digest).toBe(imageDigest);
    expect((await cluster.assigned(uid))?.machine.image.digest).toBe(imageDigest);
  });

  it("that comes with its instance in one breath is no error", async () => {
    await cluster.one();
    const uid = await cluster.instance("web-1");
    await cluster.until("web-1", "Scheduled", "False", "ImageNotFound");
    await cluster.image();
    await cluster.running("web-1");
    expect((await cluster.events(uid)).map(({ reason }) => reason)).toContain("ImageNotFound");
    await cluster.image("second");
    const other = await cluster.instance("web-2", { image: { name: "second" } });
    await cluster.running("web-2");
    expect((await cluster.events(other)).map(({ reason }) => reason)).not.toContain("ImageNotFound");
  });

  it("marked default is taken when none is named; two of them are a question", async () => {
    await cluster.one();
    const mark = { annotations: { "compute.vmctl/default-image": "true" } };
    const put = async (name: string) => {
      await cluster.image(name);
      const stored = await cluster.read<{ metadata: object }>(`spec/cluster/images/${name}`);
      await cluster.put(`spec/cluster/images/${name}`, { ...stored, metadata: { ...stored?.metadata, ...mark } });
    };
    await put("one");
    await cluster.instance("web-1", { image: undefined });
    await cluster.running("web-1");
    await put("two");
    await cluster.instance("web-2", { image: undefined });
    const { message } = await cluster.until("web-2", "Scheduled", "False", "NoDefaultImage");
    expect(message).toBe("several Images are marked default: one, two");
  });

  it("in use is not deleted, and what was made from it runs on", async () => {
    await cluster.one();
    await cluster.image();
    await cluster.instance("web-1");
    await cluster.running("web-1");
    const stored = await cluster.read<{ metadata: object }>("spec/cluster/images/tiny");
    const metadata = { ...stored?.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" };
    await cluster.put("spec/cluster/images/tiny", { ...stored, metadata });
    await eventually(async () => JSON.stringify(await image())?.includes("default/web-1"));
    await cluster.delete("web-1");
    await eventually(async () => (await cluster.keys("spec/cluster/images/")).length === 0);
  });
});

describe("a build", () => {
  it("that is deleted half way leaves nothing", async () => {
    await cluster.one({ hypervisor: { fetchMs: 60_000 } });
    await cluster.image("tiny", { source: { url: "http://images/slow" }, checksum: DIGEST });
    const uid = await cluster.instance("web-1");
    await cluster.until("web-1", "Ready", "False", "Downloading");
    await cluster.delete("web-1");
    await cluster.gone("web-1");
    expect(cluster.host().machines.size).toBe(0);
    const left = (await cluster.keys()).filter((key) => key.includes(uid) && !key.startsWith("events/"));
    expect(left).toEqual([]);
    expect(await cluster.keys("placement/allocations/")).toEqual([]);
  });

  it.each([
    ["ChecksumMismatch", "Failed"],
    ["ImageUnreachable", "Failed"],
  ] as const)("that fails with %s says so, and hurts nobody else", async (code, phase) => {
    await cluster.one({ hypervisor: { brokenImages: new Map([["http://images/bad", code]]) } });
    await cluster.image();
    await cluster.image("bad", { source: { url: "http://images/bad" }, checksum: DIGEST });
    await cluster.instance("web-1", { image: { name: "bad" } });
    await cluster.instance("web-2");
    await cluster.until("web-1", "Ready", "False", code);
    expect((await cluster.status("web-1"))?.phase).toBe(phase);
    await cluster.running("web-2");
    await cluster.delete("web-1");
    await cluster.gone("web-1");
  });

  it("with a wrong checksum downloads once, whoever looks, until the image is another", async () => {
    const asked: string[] = [];
    class Counting extends Map<string, "ChecksumMismatch"> {
      override get(source: string) {
        asked.push(source);
        return super.get(source);
      }
    }
    const brokenImages = new Counting([["http://images/bad", "ChecksumMismatch"]]);
    const { node } = await cluster.one({ hypervisor: { brokenImages } });
    await cluster.image("bad", { source: { url: "http://images/bad" }, checksum: DIGEST });
    await cluster.instance("web-1", { image: { name: "bad" } });
    await cluster.until("web-1", "Ready", "False", "ChecksumMismatch");
    for (let count = 0; count < 3; count++) {
      await node.resync();
      await node.idle();
    }
    expect(asked).toEqual(["http://images/bad"]);
    expect((await cluster.condition("web-1", "Ready"))?.reason).toBe("ChecksumMismatch");
    const stored = await cluster.read<object>("spec/cluster/images/bad");
    await cluster.put("spec/cluster/images/bad", {
      ...stored,
      spec: { source: { url: "http://images/good" }, checksum: DIGEST },
    });
    await cluster.running("web-1");
  });

  it("with a foreign domain in the way touches it not", async () => {
    await cluster.one();
    cluster.host().foreign.set("f", {
      uuid: "00000000-0000-4000-8000-000000000000",
      name: "default.web-1",
      uses: { vcpu: 1, memory: 1, disk: 1 },
    });
    await cluster.image();
    await cluster.instance("web-1");
    await cluster.until("web-1", "Ready", "False", "NameTaken");
    expect(cluster.host().foreign.size).toBe(1);
    await cluster.delete("web-1");
    await cluster.gone("web-1");
    expect(cluster.host().foreign.size).toBe(1);
  });

  /** web-1 ran on the network lan; both are gone now, and its next start fails. */
  async function crashedWithoutItsNetwork(): Promise<void> {
    await cluster.one({ simulated: { networks: ["vmctl0", "lan"] } });
    await cluster.image();
    const uid = await cluster.instance("web-1", { interfaces: [{ name: "eth0", network: "lan" }] });
    await cluster.running("web-1");
    cluster.host().networks.delete("lan");
    cluster.host().end(uid, "Crashed");
    await cluster.until("web-1", "Ready", "False", "NetworkNotFound");
  }

  it("keeps the last problem in sight between two tries", async () => {
    await crashedWithoutItsNetwork();
    cluster.host().networks.add("lan");
    await cluster.running("web-1");
  });

  it("says when it tries again, and tries at once when the host's networks change", async () => {
    await crashedWithoutItsNetwork();
    const message = async () => (await cluster.condition("web-1", "Ready"))?.message ?? "";
    // In vain each time: the next try by itself is more than a minute away in the end.
    for (let count = 0; count < 4; count++) {
      const said = await message();
      expect(said).toMatch(/^lan; next try at \d{4}-/);
      cluster.host().tell("", "network");
      await eventually(async () => expect(await message()).not.toBe(said));
    }
    cluster.host().networks.add("lan");
    cluster.host().tell("", "network");
    await cluster.running("web-1");
  });
});
