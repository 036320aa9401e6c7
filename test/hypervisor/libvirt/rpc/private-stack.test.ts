import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LibvirtConnection } from "../../../../hypervisor/libvirt/rpc/libvirt-connection.ts";
import { eventually } from "../../../support/eventually.ts";
import { LibvirtDaemon } from "../../../support/libvirt-daemon.ts";
import { tinyDomain } from "./domain-xml.ts";

const run = promisify(execFile);
const script = fileURLToPath(new URL("../../../../hack/libvirt-private", import.meta.url));

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "stack-"));
});
afterEach(async () => {
  await run(script, ["stop", dir]);
  await rm(dir, { recursive: true, force: true });
});

const open = (socketPath: string) => LibvirtConnection.open({ transport: { socketPath }, uri: "qemu:///system" });

/** `pids` may hold helpers that libvirt runs for a moment. */
async function status(): Promise<{ code: number; state: string; libvirtd: number; pids: number[] }> {
  const { stdout, code } = await run(script, ["status", dir]).then(
    (result) => ({ ...result, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  );
  const fields = new Map(stdout.split("\n").map((line) => [line.split(" ")[0], line.split(" ").slice(1)]));
  return {
    code,
    state: fields.get("state")?.join(" ") ?? "",
    libvirtd: Number(fields.get("libvirtd")?.join("")),
    pids: (fields.get("pids") ?? []).filter((pid) => pid !== "").map(Number),
  };
}

const commandOf = (pid: number) => (isAlive(pid) ? readFileSync(`/proc/${pid}/comm`, "utf8").trim() : "");

// Dead but not yet reaped by pid 1 is dead.
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

describe("a private libvirt", () => {
  it("outlives the process that started it, is found again, and starting it twice is one", async () => {
    const first = (await run("sh", ["-c", `'${script}' start '${dir}' && exit`])).stdout.trim();
    const { state, libvirtd } = await status();
    expect(state).toBe("running");
    expect((await run(script, ["start", dir])).stdout.trim()).toBe(first);
    expect((await status()).libvirtd).toBe(libvirtd);
    const connection = await open(first);
    expect(await connection.node.getType()).toBe("QEMU");
    await connection.close();
  });

  it("started by several at once is one", async () => {
    const paths = await Promise.all([0, 1, 2].map(async () => (await run(script, ["start", dir])).stdout));
    expect(new Set(paths).size).toBe(1);
    const { pids } = await status();
    const daemons = pids.filter((pid) => commandOf(pid) === "libvirtd");
    expect(daemons.length).toBe(1);
  });

  it("that is temporary goes when its owner is killed, and its directory too", async () => {
    const owner = spawn("sleep", ["1000"]);
    await run(script, ["start", dir, "--temporary", `${owner.pid}`]);
    const { pids } = await status();
    owner.kill("SIGKILL");
    await eventually(() => expect([existsSync(dir), ...pids.filter(isAlive)]).toEqual([false]));
  });

  it("starts after a power cut with its domains stopped and its networks down", async () => {
    const socketPath = (await run(script, ["start", dir])).stdout.trim();
    const before = await open(socketPath);
    const dom = await before.domains.create(await before.domains.defineXml(tinyDomain("qemu", "guest")));
    await before.close();
    for (const pid of (await status()).pids) process.kill(pid, "SIGKILL");
    await eventually(async () => expect(await status()).toMatchObject({ state: "stopped" }));
    await run(script, ["start", dir]);
    const after = await open(socketPath);
    expect(await after.domains.getState(dom)).toMatchObject({ state: "shutoff" });
    await after.close();
  });

  it("keeps its guests while libvirtd dies and comes back, and ends all of them with stop", async () => {
    const socketPath = (await run(script, ["start", dir])).stdout.trim();
    const before = await open(socketPath);
    const dom = await before.domains.create(await before.domains.defineXml(tinyDomain("qemu", "guest")));
    const guest = Number(await readFile(join(dir, "run", "qemu", "guest.pid"), "utf8"));
    process.kill(Number(await readFile(join(dir, "run", "libvirtd.pid"), "utf8")), "SIGKILL");
    await before.closed;
    const after = await eventually(() => open(socketPath));
    await eventually(async () => expect(await after.domains.getState(dom)).toMatchObject({ state: "running" }));
    await after.close();
    await run(script, ["daemon-stop", dir]);
    expect(await status()).toMatchObject({ code: 1, state: "daemon-down" });
    expect(isAlive(guest)).toBe(true);
    const { pids } = await status();
    await run(script, ["stop", dir]);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(isAlive(guest)).toBe(false);
    expect(await status()).toMatchObject({ code: 3, state: "stopped", pids: [] });
  });

  describe("in a network namespace that was there before", () => {
    const netns = `vmt-there-${process.pid}`;
    const inside = (...words: string[]) => run("ip", ["-n", netns, ...words]);
    const links = async () =>
      (JSON.parse((await inside("-j", "link")).stdout) as { ifname: string }[]).map(({ ifname }) => ifname).sort();
    const network = (name: string, subnet: string) =>
      `<network><name>${name}</name><bridge name='${name}'/><ip address='${subnet}.1' netmask='255.255.255.0'/></network>`;
    beforeEach(() => run("ip", ["netns", "add", netns]));
    afterEach(async () => {
      await run(script, ["stop", dir]);
      await run("ip", ["netns", "del", netns]);
    });

    it("takes its bridges away, those that were not made by it or that somebody uses apart", async () => {
      const socketPath = (await run(script, ["start", dir, "--netns", netns])).stdout.trim();
      const connection = await open(socketPath);
      const { networks, domains } = connection;
      for (const [name, subnet] of [
        ["vt1", "10.211.8"],
        ["vt2", "10.211.9"],
        ["vt3", "10.211.10"],
      ] as const)
        await networks.create(await networks.defineXml(network(name, subnet)));
      await networks.defineXml(network("vt4", "10.211.11"));
      const nic = "<interface type='network'><source network='vt1'/></interface></devices>";
      await domains.create(await domains.defineXml(tinyDomain("qemu", "guest").replace("</devices>", nic)));
      await connection.close();
      await inside("link", "add", "theirs", "type", "veth", "peer", "name", "end");
      await inside("link", "set", "theirs", "master", "vt2");
      // Somebody made bridges of their own by these names.
      await inside("link", "del", "vt3");
      for (const name of ["vt3", "vt4"]) await inside("link", "add", name, "type", "bridge");
      const { stderr } = await run(script, ["stop", dir]);
      expect(await links()).toEqual(["end", "lo", "theirs", "vt2", "vt3", "vt4"]);
      expect(stderr).toContain("vt2 stays: something else is plugged into it: theirs");
    });

    it("takes away what a killed one left, before it starts again", async () => {
      const socketPath = (await run(script, ["start", dir, "--netns", netns])).stdout.trim();
      const before = await open(socketPath);
      await before.networks.create(await before.networks.defineXml(network("vt1", "10.211.8")));
      await before.close();
      for (const pid of (await status()).pids) process.kill(pid, "SIGKILL");
      await eventually(async () => expect(await status()).toMatchObject({ state: "stopped" }));
      expect(await links()).toContain("vt1");
      const again = await open((await run(script, ["start", dir, "--netns", netns])).stdout.trim());
      await again.networks.create(await again.networks.lookupByName("vt1"));
      await again.close();
      expect(await links()).toContain("vt1");
    });
  });

  it("does not see another one, nor that one's networks", async () => {
    const [one, two] = await Promise.all([0, 1].map(() => LibvirtDaemon.start({ privateNetwork: true })));
    if (!one || !two) throw new Error("two daemons");
    const bridge =
      "<network><name>n</name><bridge name='vt1'/><ip address='10.211.8.1' netmask='255.255.255.0'/></network>";
    try {
      for (const daemon of [one, two]) {
        const connection = await open(daemon.socketPath);
        expect(await connection.domains.list()).toEqual([]);
        await connection.domains.defineXml(tinyDomain("qemu", "guest"));
        await connection.networks.create(await connection.networks.defineXml(bridge));
        await connection.close();
      }
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
    expect(existsSync(one.dir)).toBe(false);
    expect(existsSync(`/run/netns/${one.netns}`)).toBe(false);
  });
});
