import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { copyFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchCluster } from "./bench-cluster.ts";

const run = promisify(execFile);

/** What a person at the shell would do for the same guest. */
export interface ByHand {
  readonly name: string;
  readonly xmlFile: string;
  readonly base: string;
  readonly disk: string;
  readonly bytes: string;
  readonly files: readonly string[];
}

/** Milliseconds of each program, and of the three together. */
export interface ByHandTimes {
  readonly create: number;
  readonly define: number;
  readonly start: number;
  readonly all: number;
}

/**
 * The product's own definition under another name, uuid, MAC and other files; the seed is copied. `domain` must be
 * defined while this is called, and may go afterwards.
 */
export async function copyByHand(cluster: BenchCluster, domain: string, name: string): Promise<ByHand> {
  const xml = await cluster.virsh("dumpxml", "--inactive", domain);
  const [disk = "", seed = ""] = [...xml.matchAll(/<source file='([^']+)'/g)].map(([, path]) => path ?? "");
  const console = /<log file='([^']+)'/.exec(xml)?.[1] ?? "";
  const base = (await run("qemu-img", ["info", "-U", "--output=json", disk])).stdout;
  const { "backing-filename": image, "virtual-size": bytes } = JSON.parse(base) as Record<string, string | number>;
  const own = {
    disk: join(cluster.dir, `${name}.qcow2`),
    seed: join(cluster.dir, `${name}.seed.raw`),
    console: join(cluster.dir, `${name}.console.log`),
  };
  const changed = xml
    .replace(/<name>[^<]*<\/name>/, `<name>${name}</name>`)
    .replace(/<uuid>[^<]*<\/uuid>/, `<uuid>${randomUUID()}</uuid>`)
    .replace(/<mac address='[^']*'/, `<mac address='${ownMac()}'`)
    .replaceAll(disk, own.disk)
    .replaceAll(seed, own.seed)
    .replaceAll(console, own.console);
  const xmlFile = join(cluster.dir, `${name}.xml`);
  await writeFile(xmlFile, changed);
  await copyFile(seed, own.seed);
  return { name, xmlFile, base: String(image), disk: own.disk, bytes: String(bytes), files: Object.values(own) };
}

const ownMac = (): string =>
  `52:54:00:${randomBytes(3)
    .toString("hex")
    .replace(/(..)(..)/, "$1:$2:")}`;

export async function startByHand(cluster: BenchCluster, hand: ByHand): Promise<ByHandTimes> {
  const begin = performance.now();
  const backing = ["-b", hand.base, "-F", "qcow2"];
  await run("qemu-img", ["create", "-q", "-f", "qcow2", ...backing, hand.disk, hand.bytes]);
  const created = performance.now();
  await cluster.virsh("define", hand.xmlFile);
  const defined = performance.now();
  await cluster.virsh("start", hand.name);
  const end = performance.now();
  return { create: created - begin, define: defined - created, start: end - defined, all: end - begin };
}

export async function removeByHand(cluster: BenchCluster, { name, disk }: ByHand): Promise<void> {
  await cluster.virsh("destroy", name);
  await cluster.virsh("undefine", name);
  await rm(disk);
}
