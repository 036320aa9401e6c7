import { access, constants, readFile } from "node:fs/promises";
import { join } from "node:path";
import { bootKernel } from "../../hypervisor/libvirt/kvm/boot-kernel.ts";
import { findProbeKernel } from "../../hypervisor/libvirt/kvm/probe-kernel.ts";
import { answers } from "./answers.ts";
import { hackScript } from "./package-root.ts";
import { runTool } from "./run-tool.ts";

const EMULATOR = "qemu-system-x86_64";
const PROBE_MS = 10_000;
const BOOTS = 2;

/** Starts what of our own libvirt in `dir` does not run; gives its socket. */
export async function startPrivateLibvirt(dir: string): Promise<string> {
  const socket = join(dir, "run", "libvirt-sock");
  if (await answers(socket)) return socket;
  const flags = (await kvmWorks()) ? ["--with-kvm"] : [];
  const output = await runTool(hackScript("libvirt-private"), ["start", dir, ...flags]);
  return output.trim().split("\n").at(-1) ?? socket;
}

export const stopPrivateLibvirt = async (dir: string): Promise<void> =>
  void (await runTool(hackScript("libvirt-private"), ["stop", dir]));

/**
 * Whether a guest may be given KVM at all: a libvirt that sees a device which does not work is slow at each start.
 * Without doubt only, so a kernel is booted; where the processor cannot do it, nothing is tried.
 */
async function kvmWorks(): Promise<boolean> {
  try {
    await access("/dev/kvm", constants.R_OK | constants.W_OK);
    if (!/^flags\s*:.*\b(vmx|svm)\b/m.test(await readFile("/proc/cpuinfo", "utf8"))) return false;
    const kernel = await findProbeKernel(undefined);
    if (kernel === undefined) return false;
    const { signal } = new AbortController();
    for (let boot = 0; boot < BOOTS; boot++) {
      await bootKernel({ emulator: EMULATOR, kernel, accelerator: "kvm", deadlineMs: PROBE_MS, signal });
    }
    return true;
  } catch {
    return false;
  }
}
