import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../../hack/quickstart", import.meta.url));
const REAL_TOOLS = [
  ..."bash sh env sed grep awk head tail sort tr cut id dirname basename cat df find".split(" "),
  ..."sha256sum xargs ls printf date mkdir".split(" "),
];

/** Where they are, asked once: a shell for each tool before each test took longer than the tests. */
const toolPaths = execFileSync("/bin/sh", ["-c", REAL_TOOLS.map((tool) => `command -v ${tool}`).join("; ")], {
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path.startsWith("/"));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quickstart-"));
  mkdirSync(join(folder, "bin"));
  for (const path of toolPaths) symlinkSync(path, join(folder, "bin", basename(path)));
  for (const tool of ["sudo", "npm", "systemctl", "apt-get", "ssh-keygen", "npx"]) trap(tool);
  machine({});
});

afterEach(() => rmSync(folder, { recursive: true }));

function tool(name: string, body: string): void {
  const path = join(folder, "bin", name);
  rmSync(path, { force: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

/** What would change something: being called at all is written down. */
const trap = (name: string) => tool(name, `echo "${name} $*" >> "${folder}/called"`);

const DEBIAN = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';

function machine({ os = DEBIAN, kernel = "Linux", arch = "x86_64" }): void {
  writeFileSync(join(folder, "os-release"), os);
  tool("uname", `case "$1" in -m) echo ${arch} ;; *) echo ${kernel} ;; esac`);
}

function quickstart(...words: string[]) {
  const { status, stdout, stderr } = spawnSync("bash", [script, ...words], {
    encoding: "utf8",
    env: { PATH: join(folder, "bin"), HOME: folder, VMCTL_OS_RELEASE: join(folder, "os-release") },
  });
  return { status, stdout, stderr };
}

const called = (): string => (existsSync(join(folder, "called")) ? readFileSync(join(folder, "called"), "utf8") : "");

describe("quickstart, where it cannot run", () => {
  it.each([
    ["Fedora", { os: 'ID=fedora\nVERSION_ID=42\nPRETTY_NAME="Fedora Linux 42"\n' }, "dnf install"],
    ["Rocky", { os: 'ID="rocky"\nID_LIKE="rhel centos fedora"\nPRETTY_NAME="Rocky Linux 9"\n' }, "dnf install"],
    ["Arch", { os: 'ID=arch\nPRETTY_NAME="Arch Linux"\n' }, "pacman -S"],
    ["openSUSE", { os: 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n' }, "By hand"],
    ["macOS", { os: "", kernel: "Darwin", arch: "arm64" }, "limactl"],
    ["Windows", { os: "", kernel: "MINGW64_NT-10.0-22631" }, "wsl --install"],
    ["FreeBSD", { os: "", kernel: "FreeBSD", arch: "amd64" }, "Debian 12 or Ubuntu 24.04"],
    ["arm64", { arch: "aarch64" }, "amd64 host"],
    ["Debian 11", { os: 'ID=debian\nVERSION_ID="11"\n' }, "Debian 12"],
    ["Ubuntu 22.04", { os: "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=22.04\n" }, "Ubuntu 24.04"],
  ])("says on %s what works there and what to do, and changes nothing", (_, facts, advice) => {
    machine(facts);
    const { status, stderr, stdout } = quickstart("--yes");
    expect(status).toBe(2);
    expect(stderr).toContain("Nothing was changed.");
    expect(stderr).toContain(advice);
    expect(stderr.trim().split("\n").length).toBeLessThan(12);
    expect(stdout).toBe("");
    expect(called()).toBe("");
  });

  it("says all at once what is missing on a machine that lacks Node and has an old etcd", () => {
    tool("etcd", "echo 'etcd Version: 3.3.25'");
    tool("apt-cache", "echo '  Candidate: 18.19.0+dfsg-6'");
    const { status, stderr } = quickstart("--yes");
    expect(status).toBe(2);
    expect(stderr).toContain("etcd 3.3.25 is too old");
    expect(stderr).toContain("Node.js 20.19 or newer is needed, found: none");
    expect(called()).toBe("");
  });

  it("does not take a flag it does not know for a yes", () => {
    expect(quickstart("--yess")).toMatchObject({ status: 1, stderr: expect.stringContaining("unknown argument") });
  });
});

describe("quickstart, where it can run", () => {
  beforeEach(() => {
    tool("node", `case "$*" in *process.versions.node*) echo 20.20.1 ;; *) exec "${process.execPath}" "$@" ;; esac`);
    for (const name of ["dnsmasq", "tini", "openssl", "qemu-img", "qemu-system-x86_64"]) tool(name, ":");
  });

  it.each([
    ["Debian 12", DEBIAN],
    ["Debian 13", 'ID=debian\nVERSION_ID="13"\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n'],
    ["Debian testing", 'ID=debian\nPRETTY_NAME="Debian GNU/Linux forky/sid"\n'],
    ["Ubuntu 24.04", 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04.1 LTS"\n'],
  ])("looks at %s and tells what it would install and why", (_, os) => {
    machine({ os });
    const { status, stdout, stderr } = quickstart("--look");
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain("etcd        not installed");
    expect(stdout).toContain("etcd-server: stores what is wanted and what is");
    expect(stdout).toMatch(/^ {2}start +etcd, controller and node/m);
    expect(called()).toBe("");
  });
});
