import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { undefineDomain } from "../../../../hypervisor/libvirt/rpc/domain-flags.ts";
import { LibvirtConnection } from "../../../../hypervisor/libvirt/rpc/libvirt-connection.ts";
import { eventually } from "../../../support/eventually.ts";
import { LibvirtDaemon } from "../../../support/libvirt-daemon.ts";
import { tinyDomain } from "./domain-xml.ts";

const run = promisify(execFile);

let daemon: LibvirtDaemon;
let connection: LibvirtConnection;

beforeAll(async () => {
  daemon = await LibvirtDaemon.start({ privateNetwork: true });
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  connection = await LibvirtConnection.open({
    transport: { socketPath: daemon.socketPath },
    uri: "qemu:///system",
  });
});
afterEach(() => connection.close());

const everything = Object.values(undefineDomain).reduce((all, bit) => all | bit, 0);
const removable = everything & ~undefineDomain.keepNvram & ~undefineDomain.keepTpm;

const virsh = async (...args: string[]) => (await run("virsh", ["-c", daemon.uri, ...args])).stdout.trim();

describe("real QEMU", () => {
  it("tells about host and emulator what virsh tells", async () => {
    expect(await connection.node.getType()).toBe("QEMU");
    expect(await virsh("version")).toContain(`Running hypervisor: QEMU ${await connection.node.getVersion()}`);
    expect(await virsh("nodememstats")).toContain(String((await connection.node.getMemoryStats()).get("total")));
    expect(await virsh("hostname")).toBe(await connection.node.getHostname());
    expect(await connection.node.getDomainCapabilities({ virtType: "qemu" })).toContain("<domain>qemu</domain>");
    expect(`${await connection.node.getCapabilities()}`.trim()).toBe(await virsh("capabilities"));
  });

  it("runs a domain through its life, seen by virsh, with every event", async () => {
    const { domains, events } = connection;
    const seen: string[] = [];
    await events.subscribe("domainLifecycle", ({ event }) => seen.push(event));
    await events.subscribe("domainReboot", () => seen.push("reboot"));
    await events.subscribe("agentLifecycle", ({ state }) => seen.push(`agent ${state}`));
    const uuid = randomUUID();
    const dom = await domains.defineXml(tinyDomain("qemu", "tiny", uuid));
    const { id } = await domains.create(dom);
    expect(await virsh("domid", uuid)).toBe(String(id));
    await expect(domains.create(dom)).rejects.toMatchObject({ code: "OPERATION_INVALID" });
    await expect(domains.interfaceAddresses(dom, "agent")).rejects.toMatchObject({ code: "ARGUMENT_UNSUPPORTED" });
    await domains.reset(dom);
    await domains.shutdown(dom);
    expect((await domains.getInfo(dom)).cpuTimeNs).toBeGreaterThan(0n);
    expect((await domains.stats()).map((record) => record.dom.uuid)).toEqual([uuid]);
    await domains.destroy(dom);
    await expect(domains.destroy(dom)).rejects.toMatchObject({ code: "OPERATION_INVALID" });
    await domains.undefine(dom, removable);
    expect(await virsh("list", "--all", "--uuid")).toBe("");
    await eventually(() => expect(seen.slice(-2)).toEqual(["stopped", "undefined"]));
    expect(seen[0]).toBe("defined");
    expect(seen).toContain("started");
  });

  it("delivers every one of many lifecycle events", async () => {
    const { domains, events } = connection;
    const dom = await domains.create(await domains.defineXml(tinyDomain("qemu", "busy")));
    const seen: string[] = [];
    await events.subscribe("domainLifecycle", ({ event }) => seen.push(event));
    for (let round = 0; round < rounds; round++) {
      await domains.suspend(dom);
      await domains.resume(dom);
    }
    await eventually(() => expect(seen.length).toBe(2 * rounds));
    expect(seen).toEqual(Array.from({ length: rounds }, () => ["suspended", "resumed"]).flat());
    await domains.destroy(dom);
    await domains.undefine(dom, removable);
  }, 60_000);

  it("grows a running domain's disk", async () => {
    const disk = join(daemon.images, "grow.qcow2");
    await run("qemu-img", ["create", "-q", "-f", "qcow2", disk, "8M"]);
    const source = `<disk type='file'><driver name='qemu' type='qcow2'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>`;
    const xml = tinyDomain("qemu", "grow").replace("</devices>", `${source}</devices>`);
    const dom = await connection.domains.create(await connection.domains.defineXml(xml));
    await connection.domains.blockResize(dom, "vda", 16 * 2 ** 20);
    const { stdout } = await run("qemu-img", ["info", "-U", "--output=json", disk]);
    expect(JSON.parse(stdout)).toMatchObject({ "virtual-size": 16 * 2 ** 20 });
    await connection.domains.destroy(dom);
    await connection.domains.undefine(dom, removable);
  });

  it("runs a network with bridge and DHCP server", async () => {
    const { networks } = connection;
    const net = await networks.defineXml(`<network><name>n1</name><bridge name='vt1'/>
      <ip address='10.211.9.1' netmask='255.255.255.0'><dhcp><range start='10.211.9.10' end='10.211.9.20'/></dhcp></ip></network>`);
    await networks.create(net);
    expect(await networks.getBridgeName(net)).toBe("vt1");
    expect(await networks.getDhcpLeases(net, null)).toEqual([]);
    expect(
      (await run("ip", ["netns", "exec", `${daemon.netns}`, "ip", "-br", "addr", "show", "vt1"])).stdout,
    ).toContain("10.211.9.1");
    await networks.destroy(net);
    await networks.undefine(net);
  });
});

/** 2 × rounds events; a round takes 5 to 12 ms with QEMU. */
const rounds = 250;
