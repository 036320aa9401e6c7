import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Seed } from "../../hypervisor/hypervisor.ts";
import { type IsoFile, writeIso9660 } from "../../hypervisor/seed/iso9660.ts";
import { renderNoCloud, SEED_LABEL } from "../../hypervisor/seed/nocloud.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";

const run = promisify(execFile);

export interface GuestOptions {
  readonly image: string;
  readonly seed?: Omit<Seed, "interfaces" | "sshKeys">;
  readonly memoryMib?: number;
}

export const GUEST_MAC = "52:54:00:12:34:56";
const MACHINE = ["-machine", "q35,accel=tcg", "-smp", "1", "-display", "none"];
/** QEMU ends when the guest reboots: under TCG a reset costs twice a boot. */
const BASE = [...MACHINE, "-nodefaults", "-no-user-config", "-no-reboot"];

/**
 * A guest under plain QEMU (TCG), with no libvirt: an overlay on an image, a seed, a user-mode network with a way to
 * its ssh server, the serial console as text. `close` leaves nothing.
 */
export class QemuGuest {
  readonly #folder = mkdtempSync(join(tmpdir(), "vmctl-guest-"));
  readonly #options: GuestOptions;
  readonly key: string;
  #port = 0;
  #qemu: ChildProcess | undefined;
  #console = "";
  #bootedAt = 0;

  private constructor(options: GuestOptions) {
    this.#options = options;
    const path = join(this.#folder, "key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test@host", "-f", path]);
    this.key = execFileSync("ssh-keygen", ["-y", "-f", path], { encoding: "utf8" }).trim();
  }

  /** Makes overlay and seed; `boot` starts it. */
  static create(options: GuestOptions): QemuGuest {
    const guest = new QemuGuest(options);
    const disk = ["-q", "-f", "qcow2", "-F", "qcow2", "-b", options.image, guest.#path("disk.qcow2"), "4G"];
    execFileSync("qemu-img", ["create", ...disk]);
    if (options.seed) guest.giveSeed(options.seed);
    return guest;
  }

  /** Writes the seed of the next boot, as the product renders it. */
  giveSeed(seed: Omit<Seed, "interfaces" | "sshKeys">): void {
    const interfaces = [{ name: "main", mac: GUEST_MAC }];
    this.giveFiles(renderNoCloud({ ...seed, sshKeys: [this.key], interfaces }));
  }

  /** A seed somebody wrote by hand. */
  giveFiles(files: readonly IsoFile[]): void {
    writeFileSync(this.#path("seed.iso"), writeIso9660({ label: SEED_LABEL, files }));
  }

  async boot(): Promise<void> {
    this.#port = await freePort();
    this.#console = "";
    this.#bootedAt = performance.now();
    this.#qemu = spawn("qemu-system-x86_64", this.#arguments(), { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#qemu.stdout, this.#qemu.stderr]) {
      stream?.on("data", (chunk) => {
        this.#console += chunk;
      });
    }
  }

  #arguments(): string[] {
    const seed = ["-drive", `if=virtio,format=raw,readonly=on,file=${this.#path("seed.iso")}`];
    return [
      ...BASE,
      ...["-m", String(this.#options.memoryMib ?? 128), "-serial", "stdio"],
      ...["-monitor", `unix:${this.#path("monitor")},server,nowait`],
      ...["-drive", `if=virtio,format=qcow2,cache=unsafe,file=${this.#path("disk.qcow2")}`],
      ...(this.#options.seed ? seed : []),
      ...["-netdev", `user,id=net,hostfwd=tcp:127.0.0.1:${this.#port}-:22`],
      ...["-device", `virtio-net-pci,netdev=net,mac=${GUEST_MAC}`, "-device", "virtio-rng-pci"],
    ];
  }

  get console(): string {
    return this.#console;
  }

  /** Seconds since it was started. */
  get age(): number {
    return (performance.now() - this.#bootedAt) / 1000;
  }

  async seen(pattern: RegExp, deadlineMs = 60_000): Promise<RegExpExecArray> {
    const found = await eventually(() => pattern.exec(this.#console) ?? this.#fail(`no ${pattern} on the console`), {
      deadlineMs,
    });
    return found as RegExpExecArray;
  }

  #fail(why: string): never {
    throw new Error(`${why}; the console says:\n${this.#console}`);
  }

  /** Runs a command in the guest as `user`. */
  async ssh(command: string, user = "root", extra: readonly string[] = []): Promise<string> {
    const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes"];
    const flags = [...options, "ConnectTimeout=20"].flatMap((option) => ["-o", option]);
    const where = ["-F", "none", "-i", this.#path("key"), "-p", String(this.#port), ...extra];
    const { stdout } = await run("ssh", [...flags, ...where, `${user}@127.0.0.1`, command], { timeout: 60_000 });
    return stdout;
  }

  /** Sends a line to QEMU's monitor: `system_powerdown`, `quit`. */
  async monitor(line: string): Promise<void> {
    const socket = connect(this.#path("monitor"));
    await once(socket, "data");
    socket.end(`${line}\n`);
    socket.resume();
    await once(socket, "close");
  }

  /** Resolves with the seconds it took until QEMU had ended. */
  async ended(deadlineMs = 20_000): Promise<number> {
    const from = performance.now();
    await eventually(() => this.#qemu?.exitCode !== null || this.#fail("QEMU still runs"), { deadlineMs });
    return (performance.now() - from) / 1000;
  }

  async close(): Promise<void> {
    const qemu = this.#qemu;
    if (qemu && qemu.exitCode === null && qemu.signalCode === null) {
      const gone = once(qemu, "exit");
      qemu.kill("SIGKILL");
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}
