import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { connectionFlags, E2E_USERS, nodeUser } from "./e2e-etcd.ts";
import { ForeignNeighbours, textOf } from "./e2e-foreign.ts";
import { assertNothingLeft } from "./e2e-leaks.ts";
import { type E2eOptions, type E2eParts, HOST, startParts } from "./e2e-parts.ts";
import { E2eProgram, type ProgramResult, runToEnd } from "./e2e-program.ts";
import { E2eReader } from "./e2e-reader.ts";
import { E2eVmctl, type VmctlInput } from "./e2e-vmctl.ts";
import type { EtcdServer } from "./etcd.ts";
import { eventually } from "./eventually.ts";
import type { LibvirtDaemon } from "./libvirt-daemon.ts";
import type { PlacementServer } from "./placement-server.ts";
import type { TcpProxy } from "./tcp-proxy.ts";

const run = promisify(execFile);

export { HOST };

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
  readonly image: E2eParts["image"];
  readonly controller: E2eProgram;
  readonly node: E2eProgram;
  /** The command line as a process of its own, for what signals, ends or runs beside others (else: `vmctl`). */
  readonly program: E2eVmctl;
  readonly #here: E2eVmctl;
  readonly #main: string;
  readonly #poolMounted: boolean;
  readonly #reader: E2eReader;
  #foreign: ForeignNeighbours | undefined;

  private constructor(parts: E2eParts, options: E2eOptions) {
    this.dir = parts.dir;
    this.etcd = parts.etcd;
    this.libvirt = parts.libvirt;
    this.placement = parts.placement;
    this.link = parts.link;
    this.image = parts.image;
    this.#main = parts.main;
    this.#poolMounted = options.poolMib !== undefined;
    this.#reader = new E2eReader(parts.etcd);
    this.#here = E2eVmctl.here(parts.etcd);
    this.program = E2eVmctl.program(parts.etcd, parts.main);
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

  /** The command line, as somebody with the role `user`, run in this process, one at a time. */
  vmctl(...words: string[]): Promise<ProgramResult> {
    return this.#here.run({}, ...words);
  }

  vmctlWith(input: VmctlInput, ...words: string[]): Promise<ProgramResult> {
    return this.#here.run(input, ...words);
  }

  /** Its output; fails unless the status is 0. */
  vmctlOk(...words: string[]): Promise<string> {
    return this.#here.ok(...words);
  }

  apply(yaml: string): Promise<string> {
    return this.#here.apply(yaml);
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
