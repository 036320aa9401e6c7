import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AddressReport } from "../../../hypervisor/hypervisor.ts";
import { aMachine, build, discard, type MachineExample } from "../../conformance/hypervisor-world.ts";
import { eventually } from "../../support/eventually.ts";
import { type LibvirtWorld, startLibvirtWorld } from "./libvirt-world.ts";

const run = promisify(execFile);

let world: LibvirtWorld;
let machine: MachineExample;
let ip: string;
beforeAll(async () => {
  world = await startLibvirtWorld("qemu");
  machine = aMachine(world.image);
  await build(world.hypervisor, machine);
  await world.hypervisor.start(machine.uid);
  ip = await whenLeased();
  await addPort();
});
afterAll(async () => {
  if (machine) await discard(world.hypervisor, machine.uid);
  await world?.stop();
});

const look = (): Promise<AddressReport> => world.hypervisor.addresses(machine.uid);
const whenLeased = (): Promise<string> =>
  eventually(
    async () => {
      const [found] = (await look()).addresses;
      if (!found) throw new Error("no address yet");
      expect(found.source).toBe("lease");
      return found.ip;
    },
    { deadlineMs: 40_000, everyMs: 50 },
  );
/** dnsmasq's own word; it outlives the run of the guest. */
const leases = () => world.virsh("net-dhcp-leases", "vmctl0");
const inNetwork = (...words: string[]) => run("ip", ["netns", "exec", `${world.daemon.netns}`, ...words]);
const neighbours = async () => (await inNetwork("ip", "neigh", "show", ip)).stdout;
const mac = () => machine.machine.interfaces[0]?.mac ?? "";
const NOTHING: AddressReport = { addresses: [], unknowable: false };

it("an address of the run before is none until the guest has asked again", async () => {
  const { hypervisor } = world;
  // The neighbour table remembers too.
  await inNetwork("ping", "-c", "1", "-W", "5", ip);
  await hypervisor.destroy(machine.uid);
  await hypervisor.start(machine.uid);
  expect(await leases()).toContain(ip);
  expect(await neighbours()).toContain(mac());
  expect(await look()).toEqual(NOTHING);
  await world.reopen();
  expect(await look()).toEqual(NOTHING);
  expect(await whenLeased()).toBe(ip);
});

it("an address of this run is one for every later process, and libvirt need not be asked when its lease ends", async () => {
  const before = await look();
  expect(before.addresses).toEqual([{ interface: "eth0", mac: mac(), ip, source: "lease" }]);
  await world.reopen();
  expect(await look()).toEqual(before);
  const record = JSON.parse(await readFile(join(world.stateDir, "instances", `${machine.uid}.json`), "utf8"));
  expect(record.leases).toEqual([{ mac: mac(), ip }]);
});

/** Another guest, as it were: the kernel forgets the neighbours on a bridge that loses its last port. */
async function addPort(): Promise<void> {
  await inNetwork("ip", "link", "add", "other", "type", "veth", "peer", "name", "inside");
  await inNetwork("ip", "link", "set", "inside", "up");
  await inNetwork("ip", "link", "set", "other", "master", "vmctl0", "up");
}
