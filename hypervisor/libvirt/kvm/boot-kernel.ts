import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../disk/run-program.ts";
import { cpioArchive } from "./cpio-archive.ts";
import { probeInit } from "./probe-init.ts";

export interface KernelBoot {
  readonly emulator: string;
  readonly kernel: string;
  readonly accelerator: "kvm" | "tcg";
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

const TOKEN = "vmctl: a program runs in this guest";

/**
 * Boots the kernel with the machine type and CPU that our domains have, to a program that speaks on the serial line.
 * Resolves when it did; rejects with what the line said instead, a ProgramError, or the signal's reason.
 */
export async function bootKernel({ emulator, kernel, accelerator, deadlineMs, signal }: KernelBoot): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "vmctl-probe-"));
  try {
    const initramfs = join(dir, "initramfs");
    await writeFile(initramfs, probeArchive());
    const cpu = accelerator === "kvm" ? "host" : "max";
    const machine = [
      "-machine",
      `q35,accel=${accelerator}`,
      "-cpu",
      cpu,
      "-m",
      "256",
      "-nodefaults",
      "-no-user-config",
    ];
    const line = ["-display", "none", "-serial", "stdio", "-no-reboot"];
    const guest = ["-kernel", kernel, "-initrd", initramfs, "-append", "console=ttyS0 rdinit=/init panic=-1 reboot=t"];
    const said = await runProgram(emulator, [...machine, ...line, ...guest], { timeoutMs: deadlineMs, signal });
    if (!said.includes(TOKEN)) throw new Error(`the guest ended without a word: ${said.trim().slice(-200)}`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const probeArchive = (): Buffer =>
  cpioArchive([
    { name: "dev", mode: 0o40755 },
    { name: "dev/console", mode: 0o20600, device: { major: 5, minor: 1 } },
    { name: "init", mode: 0o100755, content: probeInit(`${TOKEN}\n`) },
  ]);
