import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseXml } from "../../../hypervisor/libvirt/xml/parse-xml.ts";
import { attribute, findAll, textAt } from "../../../hypervisor/libvirt/xml/xml-element.ts";
import { STANDARD_TRAITS } from "../../../placement/standard-traits.ts";
import {
  aMachine,
  build,
  codeOf,
  discard,
  type MachineExample,
  MIB,
  never,
} from "../../conformance/hypervisor-world.ts";
import { type LibvirtWorld, startLibvirtWorld } from "./libvirt-world.ts";

const run = promisify(execFile);
let world: LibvirtWorld;
let foreigners: string;

beforeAll(async () => {
  world = await startLibvirtWorld("qemu");
});
afterAll(() => world?.stop());
beforeEach(async () => {
  foreigners = await world.foreigners();
});
afterEach(async () => {
  const left = await world.hypervisor.list();
  for (const { uid } of left) await discard(world.hypervisor, uid);
  expect(left).toEqual([]);
  expect(await world.foreigners()).toBe(foreigners);
  expect((await readdir(world.poolDir)).sort()).toEqual(["cache", "taken.taken.root.qcow2"]);
  expect(await readdir(join(world.stateDir, "instances"))).toEqual([]);
});

const built = async (): Promise<MachineExample> => {
  const example = aMachine(world.image);
  await build(world.hypervisor, example);
  return example;
};
const diskOf = ({ identity }: MachineExample) => join(world.poolDir, `default.${identity.name}.root.qcow2`);
const definition = async (uid: string) => parseXml(await world.virsh("dumpxml", "--inactive", uid));

describe("the guest's ABI", () => {
  const addressesOf = async (uid: string) =>
    findAll(await definition(uid), "devices", "disk", "address").map(({ attributes }) => attributes["bus"]);

  it("is that of the first define ever after, also when somebody undefined the domain", async () => {
    const { hypervisor, others } = world;
    const example = await built();
    const { uid, identity, machine, tags } = example;
    const addresses = await addressesOf(uid);
    const model = attribute(await definition(uid), ["os", "type"], "machine");
    expect(model).toMatch(/^pc-q35-\d/);
    const more = { name: "eth1", network: "vmctl0", mac: "52:54:00:00:00:99" };
    const interfaces = [more, ...machine.interfaces];
    await hypervisor.define(identity, { ...machine, vcpu: 2, memory: 256 * MIB, interfaces }, tags);
    expect(await addressesOf(uid)).toEqual(addresses);
    expect(textAt(await definition(uid), "vcpu")).toBe("2");
    const buses = findAll(await definition(uid), "devices", "interface", "address").map(
      ({ attributes }) => attributes["bus"],
    );
    await others.undefine(uid);
    await hypervisor.define(identity, { ...machine, interfaces }, tags);
    expect(await addressesOf(uid)).toEqual(addresses);
    expect(attribute(await definition(uid), ["os", "type"], "machine")).toBe(model);
    const again = findAll(await definition(uid), "devices", "interface", "address").map(
      ({ attributes }) => attributes["bus"],
    );
    expect(again).toEqual(buses);
    await hypervisor.remove(uid);
  });
});

describe("the host's traits", () => {
  it("tell what its machines can have, by names that every Placement knows, or of our own", async () => {
    const { traits, virtType } = await world.hypervisor.host();
    const arch = (await run("uname", ["-m"])).stdout.trim().toUpperCase();
    expect(traits).toEqual(
      expect.arrayContaining([
        `HW_ARCH_${arch}`,
        "COMPUTE_ARCH_X86_64",
        "COMPUTE_FIRMWARE_BIOS",
        `CUSTOM_VIRT_TYPE_${virtType.toUpperCase()}`,
      ]),
    );
    const capabilities = await world.virsh("domcapabilities", "--arch", "x86_64", "--machine", "q35");
    expect(traits.includes("COMPUTE_FIRMWARE_UEFI")).toBe(capabilities.includes("<value>efi</value>"));
    expect(traits.filter((trait) => !STANDARD_TRAITS.has(trait) && !trait.startsWith("CUSTOM_"))).toEqual([]);
    expect(traits).toEqual([...new Set(traits)].sort());
  });
});

describe("a disk that exists", () => {
  it("is never touched", async () => {
    const example = await built();
    await writeFile(diskOf(example), "the guest's data");
    await build(world.hypervisor, example);
    expect(await readFile(diskOf(example), "utf8")).toBe("the guest's data");
    await world.hypervisor.remove(example.uid);
  });

  it("and is somebody else's keeps the name, and outlives the machine that wanted it", async () => {
    const { hypervisor } = world;
    const { identity, machine } = aMachine(world.image);
    const taken = { ...identity, namespace: "taken", name: "taken" };
    const image = await hypervisor.fetchImage(machine.image, () => {}, never);
    expect(await codeOf(hypervisor.createDisk(taken, machine, image, never))).toBe("NameTaken");
    await hypervisor.remove(identity.uid);
  });

  it("lies on the cached image and has exactly the size asked for", async () => {
    const example = await built();
    const header = await readFile(diskOf(example));
    expect(header.readUInt32BE(0)).toBe(0x514649fb);
    expect(Number(header.readBigUInt64BE(24))).toBe(example.machine.disk);
    expect(header.toString("latin1")).toContain(join(world.poolDir, "cache"));
    await world.hypervisor.remove(example.uid);
  });
});

describe("a full disk", () => {
  it("leaves no part of a disk or seed, and the machine can be removed", async () => {
    const small = join(world.daemon.dir, "small");
    await mkdir(small);
    await run("mount", ["-t", "tmpfs", "-o", "size=64k", "none", small]);
    const full = await world.open({ poolDir: small, cacheDir: join(world.poolDir, "cache") });
    try {
      const { uid, identity, machine, seed } = aMachine(world.image);
      const image = await full.fetchImage(machine.image, () => {}, never);
      expect(await codeOf(full.createDisk(identity, machine, image, never))).toBe("DiskFull");
      expect(await codeOf(full.writeSeed(identity, seed))).toBe("DiskFull");
      expect(await full.inspect(uid)).toEqual({ ...identity, disk: false, seed: false });
      expect(await readdir(small)).toEqual([]);
      await full.remove(uid);
    } finally {
      await full.close();
      await run("umount", [small]);
    }
  });
});

describe("whose a domain is", () => {
  it("its metadata says, not its name: a clone is not ours", async () => {
    const example = await built();
    const clone = (await world.virsh("dumpxml", example.uid))
      .replace(/<uuid>.*<\/uuid>/, "<uuid>11111111-2222-4333-8444-555555555555</uuid>")
      .replace(/<name>.*<\/name>/, "<name>clone</name>")
      .replace(/<interface[\s\S]*<\/interface>/, "");
    await writeFile(join(world.daemon.dir, "clone.xml"), clone);
    await world.virsh("define", join(world.daemon.dir, "clone.xml"));
    try {
      expect((await world.hypervisor.list()).map(({ uid }) => uid)).toEqual([example.uid]);
      expect((await world.hypervisor.host()).unmanaged.domains).toBe(2);
    } finally {
      await world.virsh("undefine", "clone");
    }
    await world.hypervisor.remove(example.uid);
  });

  it("with its metadata taken away it is nobody's to change or remove, and neither are its files", async () => {
    const { hypervisor } = world;
    const { uid, identity, machine, tags, ...example } = await built();
    await world.virsh("metadata", uid, "--uri", "https://compute.vmctl/xmlns/libvirt/1", "--remove");
    expect(await codeOf(hypervisor.define(identity, machine, tags))).toBe("NameTaken");
    expect(await codeOf(hypervisor.remove(uid))).toBe("NameTaken");
    expect(await codeOf(hypervisor.removeDisk(uid))).toBe("NameTaken");
    expect(await codeOf(hypervisor.start(uid))).toBe("NotDefined");
    expect(await hypervisor.inspect(uid)).toEqual({ ...identity, disk: true, seed: true });
    expect(await readdir(world.poolDir)).toContain(`default.${example.seed.hostname}.root.qcow2`);
    await world.virsh("undefine", uid);
    await hypervisor.remove(uid);
  });

  it("is known without the records too, and so are its files", async () => {
    const example = await built();
    await rm(join(world.stateDir, "instances", `${example.uid}.json`));
    expect(await world.hypervisor.inspect(example.uid)).toMatchObject({
      uid: example.uid,
      domain: { state: "shutoff" },
    });
    await world.hypervisor.remove(example.uid);
  });

  it("nobody knows without a domain when its record cannot be read: nothing of it is removed", async () => {
    const { hypervisor } = world;
    const example = await built();
    const { uid, identity, machine, seed } = example;
    const record = join(world.stateDir, "instances", `${uid}.json`);
    const text = await readFile(record, "utf8");
    await world.virsh("undefine", uid);
    await writeFile(record, text.slice(0, 40));
    const image = await hypervisor.fetchImage(machine.image, () => {}, never);
    for (const call of [
      () => hypervisor.inspect(uid),
      () => hypervisor.remove(uid),
      () => hypervisor.removeDisk(uid),
      () => hypervisor.createDisk(identity, machine, image, never),
      () => hypervisor.writeSeed(identity, seed),
    ])
      await expect(call()).rejects.toMatchObject({
        code: "RecordUnreadable",
        message: expect.stringContaining(record),
      });
    expect(await hypervisor.list()).toEqual([]);
    expect(await readdir(world.poolDir)).toContain(`default.${identity.name}.root.qcow2`);
    expect(await readFile(record, "utf8")).toBe(text.slice(0, 40));
    await writeFile(record, text);
    await hypervisor.remove(uid);
    expect(await hypervisor.inspect(uid)).toBeUndefined();
  });

  it("a record that cannot be read hurts nobody", async () => {
    const example = await built();
    await writeFile(join(world.stateDir, "instances", `${example.uid}.json`), '{"files":{"disk":"/etc/passwd"}}');
    expect(await world.hypervisor.list()).toMatchObject([{ uid: example.uid, disk: true }]);
    await world.hypervisor.remove(example.uid);
    expect(await readFile("/etc/passwd", "utf8")).not.toBe("");
  });
});
