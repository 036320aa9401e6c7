import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freeSubnet } from "../../../hypervisor/libvirt/network/free-subnet.ts";
import { aMachine, build, codeOf } from "../../conformance/hypervisor-world.ts";
import { eventually } from "../../support/eventually.ts";
import { type LibvirtWorld, startLibvirtWorld } from "./libvirt-world.ts";

const run = promisify(execFile);

let world: LibvirtWorld;
beforeAll(async () => {
  world = await startLibvirtWorld("qemu");
});
afterAll(() => world?.stop());

const infoOf = async (name: string) => world.virsh("net-info", name);

describe("our own network", () => {
  it("is there, active and started with the host, on a subnet nobody has", async () => {
    expect(await infoOf("vmctl0")).toMatch(/Active: +yes[\s\S]*Autostart: +yes/);
    await world.hypervisor.removeNetwork();
    await world.hypervisor.ensureNetwork();
    await world.hypervisor.ensureNetwork();
    const xml = await world.virsh("net-dumpxml", "vmctl0");
    expect(xml).toContain("https://compute.vmctl/xmlns/libvirt/1");
    // "theirs" was defined in the meantime with the first choice.
    expect(xml).toContain("192.168.151.1");
    expect(await infoOf("theirs")).toMatch(/Active: +no/);
  });

  it("is started again for a machine that needs it", async () => {
    await world.virsh("net-destroy", "vmctl0");
    const example = aMachine(world.image);
    await build(world.hypervisor, example);
    expect(await infoOf("vmctl0")).toMatch(/Active: +yes/);
    expect(await codeOf(world.hypervisor.removeNetwork())).toBe("StillRunning");
    await world.hypervisor.remove(example.uid);
  });

  it("or another one that comes or goes is told of", async () => {
    const told: string[] = [];
    const stop = world.hypervisor.onEvent(({ uid, kind }) => told.push(`${kind} ${uid}`));
    const xml = join(world.daemon.dir, "told.xml");
    await writeFile(xml, "<network><name>told</name><bridge name='told0'/></network>");
    await world.virsh("net-define", xml);
    await eventually(() => expect(told).toEqual(["network "]));
    await world.virsh("net-undefine", "told");
    await eventually(() => expect(told).toEqual(["network ", "network "]));
    stop();
  });

  it("is left alone if somebody else has the name, used if active, never started", async () => {
    const xml = "<network><name>lan</name><bridge name='lan0'/></network>";
    await writeFile(join(world.daemon.dir, "lan.xml"), xml);
    await world.virsh("net-define", join(world.daemon.dir, "lan.xml"));
    const before = await world.virsh("net-dumpxml", "lan");
    const hypervisor = await world.open({ network: "lan" });
    try {
      expect((await hypervisor.host()).facts.NetworkReady).toMatchObject({ ok: false, reason: "Inactive" });
      const { identity, machine, tags } = aMachine(world.image, {
        interfaces: [{ name: "a", mac: "52:54:00:00:00:07" }],
      });
      expect(await codeOf(hypervisor.define(identity, machine, tags))).toBe("NetworkNotFound");
      await hypervisor.removeNetwork();
      expect(await world.virsh("net-dumpxml", "lan")).toBe(before);
    } finally {
      await hypervisor.close();
    }
  });

  it("comes up beside a bridge that a dead libvirt left, not by taking it", async () => {
    const name = `vt-b${process.pid}`;
    const hypervisor = await world.open({ network: name });
    // Here libvirt lives in a network namespace of its own and the driver does not: the bridge is left in both.
    const bridge = (...words: string[]) => run("ip", ["link", ...words]);
    const inside = (...words: string[]) => run("ip", ["-n", String(world.daemon.netns), "link", ...words]);
    try {
      await world.virsh("net-destroy", name);
      for (const leave of [bridge, inside]) await leave("add", name, "type", "bridge");
      await hypervisor.ensureNetwork();
      expect(await infoOf(name)).toMatch(new RegExp(`Active: +yes[\\s\\S]*Bridge: +${name}-1\\b`));
      await hypervisor.removeNetwork();
      await inside("show", name);
    } finally {
      await bridge("del", name);
      await hypervisor.close();
    }
  });

  it("is not made by a host that only observes", async () => {
    const hypervisor = await world.open({ network: "vmctl9", manageNetwork: false });
    expect((await hypervisor.host()).facts.NetworkReady.ok).toBe(false);
    expect(await world.virsh("net-list", "--all", "--name")).not.toContain("vmctl9");
    await hypervisor.close();
  });
});

describe("the first free /24", () => {
  it("touches nothing in use, in whatever form that is written", () => {
    expect(freeSubnet([])).toBe("192.168.150.0/24");
    expect(freeSubnet(["192.168.150.77", "192.168.151.0/25", "192.168.152.128/31"])).toBe("192.168.153.0/24");
    expect(freeSubnet(["192.168.0.0/16"])).toBe("10.77.0.0/24");
    expect(freeSubnet(["192.168.0.0/16", "10.77.0.0/17", "fd00::/8", "broadcast"])).toBe("10.77.128.0/24");
    expect(freeSubnet(["0.0.0.0/0"])).toBeUndefined();
  });
});
