import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProgramResult } from "../support/e2e-program.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Puts the folders of this world in the places of the machine's, then runs what follows. */
const ENTER = `
set -e
dir=$1; shift
mkdir -p /var/lib/vmctl /var/lib/libvirt/images /run/libvirt
mount --bind "$dir/vmctl" /var/lib/vmctl
mount --bind "$dir/images" /var/lib/libvirt/images
if [ -d "$dir/libvirt/run" ]; then mount --bind "$dir/libvirt/run" /run/libvirt
else mkdir -p "$dir/no-run"; mount --bind "$dir/no-run" /run/libvirt; fi
cd "$dir/checkout"
exec "$@"
`;

/**
 * A machine of its own for a new user: a clean checkout, an empty home, network, /var/lib/vmctl and libvirt folders
 * that nobody else sees. With `libvirt` one answers at the usual socket, as a service would.
 */
export class QuickstartWorld {
  readonly dir: string;
  readonly #netns: string;

  private constructor(dir: string, netns: string) {
    this.dir = dir;
    this.#netns = netns;
  }

  static async create({ libvirt }: { readonly libvirt: boolean }): Promise<QuickstartWorld> {
    const dir = await mkdtemp(join(tmpdir(), "vmctl-qs-"));
    const world = new QuickstartWorld(dir, `vmt-qs-${randomBytes(3).toString("hex")}`);
    for (const name of ["vmctl", "images", "home", "checkout"]) await mkdir(join(dir, name), { mode: 0o755 });
    copyCheckout(join(dir, "checkout"));
    await symlink(join(repository, "node_modules"), join(dir, "checkout", "node_modules"));
    execFileSync("ip", ["netns", "add", world.#netns]);
    execFileSync("ip", ["-n", world.#netns, "link", "set", "lo", "up"]);
    if (libvirt) await world.must("hack/libvirt-private", "start", join(dir, "libvirt"));
    return world;
  }

  /** Runs a command there, as root, with standard input closed. */
  run(...words: readonly string[]): Promise<ProgramResult> {
    const enter = ["netns", "exec", this.#netns, "unshare", "--mount", "--propagation", "private"];
    const command = [...enter, "sh", "-c", ENTER, "-", this.dir, ...words];
    return new Promise((resolve, reject) => {
      const child = execFile("ip", command, { env: this.#environment() }, (error, stdout, stderr) => {
        if (error && typeof error.code !== "number") return reject(error);
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
      child.stdin?.end();
    });
  }

  /** Standard output of a command that must succeed. */
  async must(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...words);
    if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${stderr}${stdout}`);
    return stdout;
  }

  vmctl(...words: readonly string[]): Promise<string> {
    return this.must("./bin/vmctl", ...words);
  }

  /** Of the libvirt that answers as the machine's. */
  readonly virsh = async (...words: string[]): Promise<string> => {
    const uri = `qemu+unix:///system?socket=${join(this.dir, "libvirt/run/libvirt-sock")}`;
    return this.must("virsh", "-c", uri, ...words);
  };

  /** Whatever state it is in. */
  async remove(): Promise<void> {
    await this.run("./bin/vmctl", "down", "--purge", "--yes");
    await this.run("hack/libvirt-private", "stop", join(this.dir, "vmctl/up/libvirt"));
    await this.run("hack/libvirt-private", "stop", join(this.dir, "libvirt"));
    execFileSync("ip", ["netns", "del", this.#netns]);
    await rm(this.dir, { recursive: true, force: true });
  }

  #environment(): NodeJS.ProcessEnv {
    const cache =
      process.env["VMCTL_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "vmctl");
    const { PATH, VMCTL_TEST_RUN } = process.env;
    return {
      ...{ PATH, HOME: join(this.dir, "home"), VMCTL_CACHE: cache },
      ...(VMCTL_TEST_RUN !== undefined && { VMCTL_TEST_RUN }),
    };
  }
}

/** What git would give, with the changes of the working tree. */
function copyCheckout(to: string): void {
  const list = `git ls-files -coz --exclude-standard | tar --ignore-failed-read --null -T - -cf - | tar -xf - -C "$0"`;
  execFileSync("sh", ["-c", list, to], { cwd: repository, stdio: ["ignore", "ignore", "ignore"] });
}
