import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { HostIdentity } from "../../controllers/node/heartbeat.ts";

/** Who this machine is, and since which boot. Where there is no machine id, the host name stands for it. */
export async function readHostIdentity(version: string): Promise<HostIdentity> {
  const read = async (path: string) => (await readFile(path, "utf8").catch(() => "")).trim();
  return {
    machineId: (await read("/etc/machine-id")) || hostname(),
    bootId: (await read("/proc/sys/kernel/random/boot_id")) || "unknown",
    startToken: randomUUID(),
    version,
  };
}

/** The host name as a DNS-1123 label, the form a Hypervisor's name has. */
export function defaultNodeName(): string {
  const label = (hostname().split(".", 1)[0] ?? "")
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return label.slice(0, 63) || "host";
}
