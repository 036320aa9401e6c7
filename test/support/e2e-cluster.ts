import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { allOrNone } from "./all-or-none.ts";
import { buildPrograms, guestImage } from "./e2e-bundle.ts";
import { connectionFlags, E2E_USERS, nodeUser, startGuardedEtcd } from "./e2e-etcd.ts";
import { ForeignNeighbours, textOf } from "./e2e-foreign.ts";
import { assertNothingLeft } from "./e2e-leaks.ts";
import { E2eProgram, type ProgramResult, runToEnd } from "./e2e-program.ts";
import { E2eReader } from "./e2e-reader.ts";
import type { EtcdServer } from "./etcd.ts";
import { eventually } from "./eventually.ts";
import { LibvirtDaemon } from "./libvirt-daemon.ts";
import { listenInNetns } from "./netns-door.ts";
import { PlacementServer } from "./placement-server.ts";
import { TcpProxy } from "./tcp-proxy.ts";

const run = promisify(execFile);
export const HOST = "host-1";

export interface E2eOptions {
  /** A real OpenStack Placement instead of the embedded engine. */
  readonly openstack?: boolean;
  /** The image at `cluster.image`; default tiny. */
  readonly guest?: "tiny" | "debian";
  readonly leaseTtl?: string;
  readonly etcdFlags?: readonly string[];
  /** The pool is a file system of its own, of this size. */
  readonly poolMib?: number;
}

interface Parts {
  readonly dir: string;
  readonly main: string;
  readonly etcd: EtcdServer;
  readonly libvirt: LibvirtDaemon;
  readonly placement: PlacementServer | undefined;
  readonly link: TcpProxy;
  readonly image: { readonly file: string; readonly checksum: string };
}

/**
 * A whole cluster as an administrator would set it up, on one machine: etcd with TLS and roles, libvirt and our node
 * in a network namespace, a controller, neighbours that are not ours. Nothing is shared with another cluster.
 */
export class E2eCluster {
  readonly dir: string;
  readonly etcd: EtcdServer;
  readonly libvirt: LibvirtDaemon;
  readonly placement: PlacementServer | undefined;
  /** Between the host's network and etcd. */
  readonly link: TcpProxy;
  readonly image: Parts["image"];
  readonly controller: E2eProgram;
  readonly node: E2eProgram;
  readonly #main: string;
  readonly #poolMounted: boolean;
  readonly #reader: E2eReader;
  #foreign: ForeignNeighbours | undefined;

  private constructor(parts: Parts, options: E2eOptions) {
    this.dir = parts.dir;
    this.etcd = parts.etcd;
    this.libvirt = parts.libvirt;
    this.placement = parts.placement;
    this.link = parts.link;
    this.image = parts.image;
    this.#main = parts.main;
    this.#poolMounted = options.poolMib !== undefined;
    this.#reader = new E2eReader(parts.etcd);
    this.controller = new E2eProgram("controller", this.#controllerCommand());
    this.node = new E2eProgram("node", this.#nodeCommand(options.leaseTtl ?? "6s"));
  }

  /** Resolves when the host takes work. */
  static async start(options: E2eOptions = {}): Promise<E2eCluster> {
    const cluster = new E2eCluster(await startParts(options), options);
    try {
      cluster.#foreign = await ForeignNeighbours.place(
        (...words) => cluster.virsh(...words),
        cluster.poolDir,
        cluster.dir,
      );
      cluster.controller.start();
      cluster.node.start();
      await eventually(() => cluster.hostReady(), { deadlineMs: 60_000, everyMs: 200 });
      return cluster;
    } catch (error) {
      console.error(cluster.logs());
      await cluster.#close();
      throw error;
    }
  }

  /** The built programs. */
  get main(): string {
    return this.#main;
  }

  get poolDir(): string {
    return join(this.dir, "pool");
  }

  /** The command line, as somebody with the role `user`. */
  vmctl(...words: string[]): Promise<ProgramResult> {
    return this.vmctlWith({}, ...words);
  }

  vmctlWith(input: { stdin?: string; user?: string }, ...words: string[]): Promise<ProgramResult> {
    const flags = connectionFlags(this.etcd, input.user ?? E2E_USERS.user);
    const command = [process.execPath, this.#main, ...words, ...flags];
    return runToEnd(command, input.stdin === undefined ? {} : { stdin: input.stdin });
  }

  /** Its output; fails unless the status is 0. */
  async vmctlOk(...words: string[]): Promise<string> {
    return textOf(`vmctl ${words.join(" ")}`, await this.vmctl(...words));
  }

  async apply(yaml: string): Promise<string> {
    return textOf("vmctl apply", await this.vmctlWith({ stdin: yaml }, "apply", "-f", "-"));
  }

  async virsh(...words: string[]): Promise<string> {
    const { stdout } = await run("virsh", ["-q", "-c", this.libvirt.uri, ...words]);
    return stdout.trim();
  }

  /** Runs a program where the guests can be reached. */
  async inNetwork(...command: string[]): Promise<string> {
    return textOf(command.join(" "), await runToEnd(["ip", "netns", "exec", this.libvirt.netns ?? "", ...command]));
  }

  async hostReady(): Promise<boolean> {
    const { conditions = [] } = (await this.object("hypervisor", HOST))?.status ?? {};
    return conditions.some(({ type, status }) => type === "Ready" && status === "True");
  }

  /** What `get -o json` says; undefined when there is none. */
  object(kind: string, name: string): Promise<E2eObject | undefined> {
    return this.#reader.object(kind, name);
  }

  /** A second replica, to be started and ended by the caller. */
  anotherController(): E2eProgram {
    return new E2eProgram("controller-2", this.#controllerCommand());
  }

  /** A node controller started beside the one that runs, to its end. */
  secondNode(): Promise<ProgramResult> {
    return runToEnd(this.#nodeCommand("6s"));
  }

  logs(): string {
    return [this.controller, this.node].map(({ name, log }) => `== ${name}\n${log.slice(-20_000)}`).join("\n");
  }

  /** Deletes what is left, looks for anything that stays behind or was harmed, ends everything. */
  async finish(): Promise<void> {
    try {
      await this.vmctlOk("delete", "instances", "--all", "--now", "--wait", "--timeout=60s").catch(() => {});
      await assertNothingLeft(this);
      await this.#foreign?.assertUnharmed();
    } catch (error) {
      console.error(this.logs());
      throw error;
    } finally {
      await this.#close();
    }
  }

  async #close(): Promise<void> {
    await Promise.all([this.controller.kill(), this.node.kill()]);
    await Promise.all([this.link.stop(), this.#reader.close()]);
    await Promise.all([this.etcd.stop(), this.libvirt.stop(), this.placement?.stop()]);
    if (this.#poolMounted) await run("umount", [this.poolDir]);
    await rm(this.dir, { recursive: true, force: true });
  }

  #controllerCommand(): string[] {
    const placement = this.placement ? [`--placement=${this.placement.endpoint}`] : [];
    const flags = [...connectionFlags(this.etcd, E2E_USERS.controller), "--election-ttl=4s", ...placement];
    return [process.execPath, this.#main, "controller", ...flags];
  }

  #nodeCommand(leaseTtl: string): string[] {
    const dir = (name: string): string => join(this.dir, name);
    return [
      ...["ip", "netns", "exec", this.libvirt.netns ?? "", process.execPath, this.#main, "node", `--name=${HOST}`],
      ...[...connectionFlags(this.etcd, nodeUser(HOST)), `--libvirt-socket=${this.libvirt.socketPath}`],
      ...[`--pool-dir=${this.poolDir}`, `--console-dir=${dir("console")}`, `--state-dir=${dir("state")}`],
      ...[`--image-dirs=${dir("images")}`, `--lease-ttl=${leaseTtl}`],
    ];
  }
}

export interface E2eCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}
export interface E2eObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string; readonly generation: number };
  readonly spec: Record<string, unknown>;
  readonly status?: {
    readonly phase?: string;
    readonly hypervisor?: string;
    readonly addresses?: readonly { readonly ip: string }[];
    readonly startedAt?: string;
    readonly restarts?: number;
    readonly conditions?: readonly E2eCondition[];
  };
}

async function startParts(options: E2eOptions): Promise<Parts> {
  const dir = await mkdtemp(join(tmpdir(), "vmctl-e2e-"));
  await Promise.all(["pool", "console", "state", "images"].map((name) => mkdir(join(dir, name))));
  const pool = join(dir, "pool");
  if (options.poolMib) await run("mount", ["-t", "tmpfs", "-o", `size=${options.poolMib}m`, "vmctl-e2e", pool]);
  // What cannot fail half-way first: servers are started only when there is something to run against them.
  const [main, image] = await Promise.all([
    buildPrograms(join(dir, "programs")),
    copyImage(join(dir, "images"), options.guest ?? "tiny"),
  ]);
  const [etcd, libvirt, placement] = await allOrNone<[EtcdServer, LibvirtDaemon, PlacementServer | undefined]>([
    startGuardedEtcd([HOST], options.etcdFlags),
    LibvirtDaemon.start({ privateNetwork: true }),
    options.openstack ? PlacementServer.start() : Promise.resolve(undefined),
  ]);
  const link = TcpProxy.behind(await listenInNetns(libvirt.netns ?? "", etcd.clientPort), etcd.clientPort);
  return { dir, main, etcd, libvirt, placement, link, image };
}

async function copyImage(dir: string, name: "tiny" | "debian"): Promise<Parts["image"]> {
  const file = join(dir, `${name}.qcow2`);
  await copyFile(await guestImage(name), file);
  return {
    file,
    checksum: `sha256:${createHash("sha256")
      .update(await readFile(file))
      .digest("hex")}`,
  };
}
