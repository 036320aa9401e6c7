import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { LibvirtConnection } from "../../hypervisor/libvirt/rpc/libvirt-connection.ts";
import type { Store } from "../../store/store.ts";
import { buildPrograms, tinyImage } from "../../test/support/e2e-bundle.ts";
import { connectionFlags, E2E_USERS, nodeUser, startGuardedEtcd } from "../../test/support/e2e-etcd.ts";
import { E2eProgram } from "../../test/support/e2e-program.ts";
import { EtcdServer, WITH_FSYNC } from "../../test/support/etcd.ts";
import { eventually } from "../../test/support/eventually.ts";
import { LibvirtDaemon } from "../../test/support/libvirt-daemon.ts";
import { KeyLog } from "./key-log.ts";
import { imageObject } from "./objects.ts";

const run = promisify(execFile);
export const HOST = "bench-1";

export interface ClusterOptions {
  /** Instead of the tiny one. */
  readonly image: string | undefined;
  /** Without TLS, certificates and roles. */
  readonly plain: boolean;
}

interface Parts {
  readonly etcd: EtcdServer;
  readonly libvirt: LibvirtDaemon;
  readonly connection: LibvirtConnection;
  readonly store: Store;
  readonly keys: KeyLog;
}

/**
 * What a single machine runs: etcd with fsync, one controller, one node, one libvirt in a network namespace. Each
 * program has its own certificate and role, as `vmctl up` sets it up, unless it is plain.
 */
export class BenchCluster {
  readonly dir: string;
  readonly libvirt: LibvirtDaemon;
  /** A connection of the bench's own, for events. */
  readonly connection: LibvirtConnection;
  readonly store: Store;
  readonly keys: KeyLog;
  readonly controller: E2eProgram;
  readonly node: E2eProgram;
  readonly #etcd: EtcdServer;

  static readonly #started: Promise<BenchCluster>[] = [];

  private constructor(dir: string, { etcd, libvirt, connection, store, keys }: Parts) {
    this.dir = dir;
    this.libvirt = libvirt;
    this.connection = connection;
    this.store = store;
    this.keys = keys;
    this.#etcd = etcd;
    const main = join(dir, "programs", "main.js");
    this.controller = new E2eProgram("controller", [
      ...[process.execPath, main, "controller", ...etcdFlags(etcd, E2E_USERS.controller)],
    ]);
    this.node = new E2eProgram("node", [
      ...[process.execPath, main, "node", ...etcdFlags(etcd, nodeUser(HOST)), `--name=${HOST}`],
      ...[`--libvirt-socket=${libvirt.socketPath}`, `--pool-dir=${join(dir, "pool")}`],
      ...[`--console-dir=${join(dir, "console")}`, `--state-dir=${join(dir, "state")}`, `--image-dirs=${dir}`],
    ]);
  }

  /** Resolves when the host takes work; nothing is left when it rejects. */
  static start(options: ClusterOptions): Promise<BenchCluster> {
    const starting = BenchCluster.#start(options);
    BenchCluster.#started.push(starting);
    return starting;
  }

  /** For a program that is told to end: whatever runs, or is about to, goes first. */
  static async stopAll(): Promise<void> {
    for (const started of BenchCluster.#started) await (await started.catch(() => undefined))?.stop();
  }

  static async #start({ image, plain }: ClusterOptions): Promise<BenchCluster> {
    const dir = await mkdtemp(join(tmpdir(), "vmctl-bench-"));
    try {
      const file = await furnish(dir, image);
      const cluster = new BenchCluster(dir, await startServers(plain));
      await cluster.#open(file).catch(async (error: unknown) => {
        console.error(cluster.controller.log.slice(-4000), cluster.node.log.slice(-4000));
        await cluster.stop();
        throw error;
      });
      return cluster;
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  async virsh(...words: string[]): Promise<string> {
    return (await run("virsh", ["-q", "-c", this.libvirt.uri, ...words])).stdout;
  }

  async stop(): Promise<void> {
    await Promise.all([this.controller.terminate(), this.node.terminate()]);
    await this.keys.stop();
    await this.connection.close();
    await Promise.all([this.#etcd.stop(), this.libvirt.stop()]);
    await rm(this.dir, { recursive: true, force: true });
  }

  async #open(file: string): Promise<void> {
    this.controller.start();
    this.node.start();
    const { key, value } = imageObject(file, `sha256:${sha256(await readFile(file))}`);
    await this.store.commit({ compares: [], writes: [{ op: "put", key, value }] });
    await eventually(async () => isReady((await this.store.get(`status/cluster/hypervisors/${HOST}`))?.value), {
      deadlineMs: 60_000,
      everyMs: 100,
    });
  }
}

/** Programs, directories and the guest image, whose path is returned. */
async function furnish(dir: string, image: string | undefined): Promise<string> {
  await buildPrograms(join(dir, "programs"));
  for (const name of ["pool", "console", "state"]) await mkdir(join(dir, name));
  const file = join(dir, "tiny.qcow2");
  await copyFile(image ?? (await tinyImage()), file);
  return file;
}

async function startServers(plain: boolean): Promise<Parts> {
  const etcd = await (plain ? EtcdServer.start({ flags: [WITH_FSYNC] }) : startGuardedEtcd([HOST], [WITH_FSYNC]));
  const libvirt = await LibvirtDaemon.start({ privateNetwork: true });
  const transport = { socketPath: libvirt.socketPath };
  const connection = await LibvirtConnection.open({ transport, uri: "qemu:///system" });
  const credentials = await etcd.certificates?.credentials(E2E_USERS.admin);
  const store = await etcd.store({ root: "/vmctl/", ...(credentials && { credentials }) });
  return { etcd, libvirt, connection, store, keys: await KeyLog.start(store) };
}

const etcdFlags = (etcd: EtcdServer, user: string): string[] =>
  etcd.certificates ? connectionFlags(etcd, user) : [`--endpoints=${etcd.endpoint}`];

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

function isReady(text: string | undefined): boolean {
  if (text === undefined) return false;
  const { status } = JSON.parse(text) as { status?: { conditions?: readonly { type: string; status: string }[] } };
  return (status?.conditions ?? []).some(({ type, status: is }) => type === "Ready" && is === "True");
}
