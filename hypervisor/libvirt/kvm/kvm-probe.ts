import { access, constants } from "node:fs/promises";
import type { HostFact } from "../../../resources/observed.ts";
import { messageOf } from "../../../runtime/errors.ts";
import type { Log } from "../../../runtime/log.ts";
import { ProgramError } from "../disk/run-program.ts";
import { bootKernel } from "./boot-kernel.ts";
import type { KvmEmulator } from "./kvm-emulator.ts";
import { findProbeKernel } from "./probe-kernel.ts";
import { readProbeResult, writeProbeResult } from "./probe-result.ts";

export interface KvmProbeOptions {
  /** What libvirt would run KVM guests with; undefined if it would not. May wait for libvirt. */
  readonly askLibvirt: (signal: AbortSignal) => Promise<KvmEmulator | undefined>;
  readonly stateDir: string;
  readonly bootId: string;
  /** A kernel to boot when /boot has none. */
  readonly probeKernel: string | undefined;
  /** Default `/dev/kvm`. */
  readonly device?: string;
  /** Of each boot, in milliseconds; default 15 s. */
  readonly deadlineMs?: number;
  readonly log: Log;
  readonly onKnown: () => void;
}

/** A working KVM boots in one or two seconds; a broken one hangs in the firmware for ever. */
const DEADLINE_MS = 15_000;
const BOOTS = 2;

const unproved = (reason: string, message: string): HostFact => ({ ok: false, reason, message });

/**
 * Whether KVM really runs guests here. The device's existence proves nothing (nested virtualisation): only a kernel
 * that came up, twice. Runs once, beside everything else; until it is through the fact is `Unknown`.
 */
export class KvmProbe {
  readonly #options: KvmProbeOptions;
  readonly #stop = new AbortController();
  #fact = unproved("Unknown", "a guest is being booted to find out");
  #running: Promise<void> = Promise.resolve();

  private constructor(options: KvmProbeOptions) {
    this.#options = options;
  }

  static start(options: KvmProbeOptions): KvmProbe {
    const probe = new KvmProbe(options);
    probe.#running = probe.#run();
    return probe;
  }

  get fact(): HostFact {
    return this.#fact;
  }

  /** Ends a probe under way and waits until its guest is gone. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log, onKnown } = this.#options;
    try {
      this.#fact = await this.#prove();
      log.info({ ...this.#fact }, "KVM looked at");
      onKnown();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#fact = unproved("ProbeFailed", messageOf(error));
      log.error({ error }, "KVM probe failed");
    }
  }

  async #prove(): Promise<HostFact> {
    const { device = "/dev/kvm", askLibvirt } = this.#options;
    const usable = await isUsable(device);
    const offered = await askLibvirt(this.#stop.signal);
    if (!offered && !usable) return unproved("NoDevice", `${device} is not there for us, nor for libvirt`);
    if (!offered) return unproved("LibvirtRefuses", "libvirt does not offer KVM");
    if (!usable) return unproved("NoAccess", `libvirt offers KVM, and ${device} is not there for us to try it`);
    const { probeKernel, stateDir, bootId } = this.#options;
    const kernel = await findProbeKernel(probeKernel);
    if (!kernel) return unproved("NoProbeKernel", "no kernel in /boot to try KVM with");
    const circumstances = { bootId, ...offered, kernel };
    const known = await readProbeResult(stateDir, circumstances);
    if (known) return known;
    const fact = await this.#bootTwice(offered.emulator, kernel);
    // A host that was only overloaded must not stay without KVM until it boots again.
    if (fact.ok) await writeProbeResult(stateDir, { ...circumstances, fact });
    return fact;
  }

  async #bootTwice(emulator: string, kernel: string): Promise<HostFact> {
    const { signal } = this.#stop;
    const { deadlineMs = DEADLINE_MS } = this.#options;
    try {
      for (let boot = 0; boot < BOOTS; boot++) {
        await bootKernel({ emulator, kernel, accelerator: "kvm", deadlineMs, signal });
      }
      return { ok: true, reason: "Proved", message: "a Linux kernel came up twice under KVM" };
    } catch (error) {
      signal.throwIfAborted();
      const hung = error instanceof ProgramError && error.code === "ProgramTimeout";
      const [said = ""] = messageOf(error).split("\n");
      const message = hung ? `no Linux kernel came up within ${deadlineMs / 1000} s` : said;
      return unproved(hung ? "GuestHangs" : "GuestFails", message);
    }
  }
}

const isUsable = (device: string): Promise<boolean> =>
  access(device, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
