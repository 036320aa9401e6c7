import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { LibvirtHypervisor } from "../../../hypervisor/libvirt/libvirt-hypervisor.ts";
import {
  type LibvirtHypervisorOptions,
  openLibvirtHypervisor,
} from "../../../hypervisor/libvirt/open-libvirt-hypervisor.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { HypervisorWorld } from "../../conformance/hypervisor-world.ts";
import { haltingDisk } from "../../support/halting.ts";
import { LibvirtDaemon } from "../../support/libvirt-daemon.ts";

const run = promisify(execFile);

export interface LibvirtWorld extends HypervisorWorld {
  readonly hypervisor: LibvirtHypervisor;
  readonly daemon: LibvirtDaemon;
  /** Standard output of virsh, as somebody else uses it. */
  virsh(...args: readonly string[]): Promise<string>;
  /** Another one on the same libvirt; the caller closes it. */
  open(changes?: Partial<LibvirtHypervisorOptions>): Promise<LibvirtHypervisor>;
  readonly poolDir: string;
  readonly stateDir: string;
}

/** The path of the tiny bootable image, built if need be. */
export async function tinyImage(): Promise<string> {
  const { stdout } = await run(fileURLToPath(new URL("../../../hack/images/tiny", import.meta.url)));
  return stdout.trim().split("\n").at(-1) ?? "";
}

/** A libvirt of its own with somebody else's domain, network and file in it, and a hypervisor on it. */
export async function startLibvirtWorld(driver: "qemu" | "test"): Promise<LibvirtWorld> {
  const daemon = await LibvirtDaemon.start({ privateNetwork: true });
  try {
    return await furnish(daemon, driver);
  } catch (error) {
    await daemon.stop();
    throw error;
  }
}

async function furnish(daemon: LibvirtDaemon, driver: "qemu" | "test"): Promise<LibvirtWorld> {
  const poolDir = join(daemon.images, "vmctl");
  const stateDir = join(daemon.dir, "state");
  const uri = driver === "qemu" ? "qemu:///system" : "test:///default";
  const path = driver === "qemu" ? "system" : "default";
  const virsh = async (...args: readonly string[]) =>
    (await run("virsh", ["-q", "-c", `${driver}+unix:///${path}?socket=${daemon.socketPath}`, ...args])).stdout;
  const open = (changes: Partial<LibvirtHypervisorOptions> = {}) =>
    openLibvirtHypervisor({
      ...{ node: "host-1", socketPath: daemon.socketPath, uri, poolDir, stateDir },
      ...{ consoleDir: join(daemon.images, "console"), imageDirs: [daemon.images] },
      ...{ clock: systemClock, random: Math.random, log: silentLog },
      ...changes,
    });
  await mkdir(poolDir, { recursive: true });
  const imagePath = join(daemon.images, "tiny.qcow2");
  await copyFile(await tinyImage(), imagePath);
  const haltingPath = join(daemon.images, "halting.raw");
  await writeFile(haltingPath, haltingDisk());
  let hypervisor = await open();
  const foreign = await addForeigners({ dir: daemon.dir, poolDir, type: driver, virsh });
  return {
    daemon,
    poolDir,
    stateDir,
    virsh,
    open,
    get hypervisor() {
      return hypervisor;
    },
    reopen: async () => {
      await hypervisor.close();
      hypervisor = await open();
    },
    image: { source: { file: imagePath } },
    halting: { source: { file: haltingPath } },
    ...foreign,
    others: {
      guestShutdown: async (uid) => void (await virsh("shutdown", uid)),
      destroy: async (uid) => void (await virsh("destroy", uid)),
      undefine: async (uid) => void (await virsh("undefine", uid)),
      crash: async (uid) => {
        const name = (await virsh("domname", uid)).trim();
        process.kill(Number(await readFile(join(daemon.dir, "run", "qemu", `${name}.pid`), "utf8")), "SIGKILL");
      },
    },
    stop: async () => {
      await hypervisor.close();
      await daemon.stop();
    },
  };
}

interface Ground {
  readonly dir: string;
  readonly poolDir: string;
  readonly type: "qemu" | "test";
  readonly virsh: LibvirtWorld["virsh"];
}

async function addForeigners({ dir, poolDir, type, virsh }: Ground) {
  const foreignUuid = randomUUID();
  const file = join(poolDir, "taken.taken.root.qcow2");
  await writeFile(file, "somebody else's");
  const os = "<os><type arch='x86_64' machine='q35'>hvm</type></os>";
  const domain = `<domain type='${type}'><name>taken.taken</name><uuid>${foreignUuid}</uuid><memory>65536</memory>
    ${type === "qemu" ? os : "<os><type>hvm</type></os>"}</domain>`;
  const network = "<network><name>theirs</name><ip address='192.168.150.1' netmask='255.255.255.0'/></network>";
  await writeFile(join(dir, "domain.xml"), domain);
  await writeFile(join(dir, "network.xml"), network);
  await virsh("define", join(dir, "domain.xml"));
  await virsh("net-define", join(dir, "network.xml"));
  const look = `dumpxml ${foreignUuid}; domstate ${foreignUuid}; net-dumpxml theirs; net-info theirs`;
  const foreigners = async () => (await virsh(look)) + (await readFile(file, "utf8"));
  return { foreignUuid, foreigners };
}
