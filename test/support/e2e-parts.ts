import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { allOrNone } from "./all-or-none.ts";
import { buildPrograms, guestImage } from "./e2e-bundle.ts";
import { startGuardedEtcd } from "./e2e-etcd.ts";
import type { EtcdServer } from "./etcd.ts";
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

/** What a cluster stands on before any of its own programs runs. */
export interface E2eParts {
  readonly dir: string;
  readonly main: string;
  readonly etcd: EtcdServer;
  readonly libvirt: LibvirtDaemon;
  readonly placement: PlacementServer | undefined;
  readonly link: TcpProxy;
  readonly image: { readonly file: string; readonly checksum: string };
}

export async function startParts(options: E2eOptions): Promise<E2eParts> {
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

async function copyImage(dir: string, name: "tiny" | "debian"): Promise<E2eParts["image"]> {
  const file = join(dir, `${name}.qcow2`);
  await copyFile(await guestImage(name), file);
  return {
    file,
    checksum: `sha256:${createHash("sha256")
      .update(await readFile(file))
      .digest("hex")}`,
  };
}
