import { randomUUID } from "node:crypto";

/** The smallest domain a driver takes: no disk, no network, no operating system. QEMU runs it in software. */
export function tinyDomain(driver: "test" | "qemu", name: string, uuid: string = randomUUID()): string {
  const arch = driver === "test" ? "i686" : "x86_64";
  return `<domain type='${driver}'><name>${name}</name><uuid>${uuid}</uuid>
    <memory unit='MiB'>16</memory><vcpu>1</vcpu><os><type arch='${arch}'>hvm</type></os>
    <devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices></domain>`;
}
