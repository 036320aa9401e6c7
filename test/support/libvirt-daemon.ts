import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const script = fileURLToPath(new URL("../../hack/libvirt-private", import.meta.url));

let started = 0;

/**
 * What libvirt found out about QEMU, from one daemon to the next: a second less for each. In a folder that goes with the
 * test run (hack/run-suites.mjs); without one nothing is kept.
 */
const kept = process.env["VMCTL_TEST_KEPT"] && join(process.env["VMCTL_TEST_KEPT"], "qemu-capabilities");
const capabilitiesIn = (dir: string): string => join(dir, "cache", "qemu", "capabilities");

/** What lies there already stays: two may do this at once. */
async function copyIfThere(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, force: false, preserveTimestamps: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  });
}

export interface LibvirtDaemonOptions {
  /** Its own network namespace, so that networks, bridges and DHCP servers of several stacks do not collide. */
  readonly privateNetwork?: boolean;
}

/**
 * A libvirt of one test's own: libvirtd, virtlogd and what they start, in their own mount namespace (see
 * hack/libvirt-private); it goes when this process goes, however that ends. Several at a time do not see each other. Guests' disks belong in `images`.
 */
export class LibvirtDaemon {
  readonly dir: string;
  readonly socketPath: string;
  /** Name of the network namespace, for `ip netns exec`. */
  readonly netns: string | undefined;

  private constructor(dir: string, socketPath: string, netns: string | undefined) {
    this.dir = dir;
    this.socketPath = socketPath;
    this.netns = netns;
  }

  static async start({ privateNetwork = false }: LibvirtDaemonOptions = {}): Promise<LibvirtDaemon> {
    const dir = await mkdtemp(join(tmpdir(), "libvirt-"));
    const netns = privateNetwork ? `vmt-${process.pid}-${started++}` : undefined;
    try {
      if (kept) await copyIfThere(kept, capabilitiesIn(dir));
      const { stdout } = await run(script, [
        "start",
        dir,
        "--temporary",
        `${process.pid}`,
        ...(netns ? ["--netns", netns] : []),
      ]);
      return new LibvirtDaemon(dir, stdout.trim(), netns);
    } catch (error) {
      await run(script, ["stop", dir]).catch(() => {});
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  /** A directory with the same path inside and outside. */
  get images(): string {
    return join(this.dir, "images");
  }

  /** The virsh URI of its QEMU driver. */
  get uri(): string {
    return `qemu+unix:///system?socket=${this.socketPath}`;
  }

  /** Changes with every restart. */
  async pid(): Promise<number> {
    return Number(await readFile(join(this.dir, "run", "libvirtd.pid"), "utf8"));
  }

  /** Ends libvirtd alone; guests run on. It stays down until `resume`. */
  async kill(signal: "TERM" | "KILL" = "KILL"): Promise<void> {
    await run(script, ["daemon-stop", this.dir, signal]);
  }

  async resume(): Promise<void> {
    await run(script, ["daemon-start", this.dir]);
  }

  /** Ends everything that runs in it, guests too, and removes its directory. Idempotent. */
  async stop(): Promise<void> {
    if (kept) await copyIfThere(capabilitiesIn(this.dir), kept);
    await run(script, ["stop", this.dir]);
    await rm(this.dir, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
