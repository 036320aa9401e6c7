import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ImageServer } from "../hypervisor/libvirt/image-server.ts";
import type { E2eCluster } from "./e2e-cluster.ts";
import { haltingDisk } from "./halting.ts";
import { listenInNetns } from "./netns-door.ts";
import { TcpProxy } from "./tcp-proxy.ts";

/** An image server that the cluster's host reaches under the same address as the test does. */
export async function imageServerFor(
  cluster: E2eCluster,
): Promise<{ readonly server: ImageServer; stop(): Promise<void> }> {
  const server = await ImageServer.start();
  const port = Number(new URL(server.on("/", (_, response) => void response.end())).port);
  const door = TcpProxy.behind(await listenInNetns(cluster.libvirt.netns ?? "", port), port);
  const stop = async (): Promise<void> => {
    await door.stop();
    await server.stop();
  };
  return { server, stop };
}

/**
 * An image that boots and halts at once: a running domain that costs no CPU and never has an address, for tests of
 * many guests that need not answer. Gives the line of an Instance's spec.
 */
export async function haltingImage(cluster: E2eCluster): Promise<string> {
  const file = join(cluster.dir, "images", "halting.raw");
  await writeFile(file, haltingDisk());
  return `image: {source: {file: ${file}}}`;
}

/** An empty image of this virtual size, where the host may read it. */
export async function emptyImage(cluster: E2eCluster, name: string, size: string): Promise<string> {
  const file = join(cluster.dir, "images", name);
  await promisify(execFile)("qemu-img", ["create", "-q", "-f", "qcow2", file, size]);
  return file;
}
