import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../hack/install-deps", import.meta.url));
const REAL_TOOLS = ["sed", "sort", "head", "grep", "tr", "env", "uname", "ls", "cat"];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "install-deps-"));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "systemd"));
  writeFileSync(join(folder, "log"), "");
  for (const tool of REAL_TOOLS) {
    const path = execFileSync("/bin/sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim();
    symlinkSync(path, join(folder, "bin", tool));
  }
  fakeTool("id", "echo 0");
  osIs("ID=debian\nPRETTY_NAME='Debian GNU/Linux 12 (bookworm)'\n");
});

afterEach(() => rmSync(folder, { recursive: true }));

const osIs = (text: string) => writeFileSync(join(folder, "os-release"), text);

/** A program that writes down how it was called, then does `body`. */
function fakeTool(name: string, body = ":"): void {
  const path = join(folder, "bin", name);
  writeFileSync(path, `#!/bin/sh\necho "${name} $*" >> "${folder}/log"\n${body}\n`);
  chmodSync(path, 0o755);
}

/** A machine with apt, systemd and Node, and every program the group `run` looks for but etcd. */
function machineWithoutEtcd(aptInstall = ":"): void {
  const present = "etcdctl libvirtd virsh qemu-system-x86_64 qemu-img dnsmasq ip iptables tini openssl ssh-keygen npm";
  for (const tool of present.split(" ")) fakeTool(tool);
  fakeTool("node", "echo 20.20.1");
  fakeTool("apt-get", `case " $* " in *" install "*) ${aptInstall} ;; esac`);
  fakeTool("systemctl");
}

function install(...args: string[]) {
  const { status, stdout, stderr } = spawnSync("/bin/sh", [script, ...args], {
    encoding: "utf8",
    env: {
      PATH: join(folder, "bin"),
      VMCTL_OS_RELEASE: join(folder, "os-release"),
      VMCTL_SYSTEMD_DIR: join(folder, "systemd"),
    },
  });
  return { status, output: stdout + stderr };
}

/** What was changed on the machine, without looks at versions and users. */
const actions = (): string[] =>
  readFileSync(join(folder, "log"), "utf8")
    .split("\n")
    .filter((line) => /^(apt-get|systemctl) /.test(line));

const withoutDriver = (line: string) => line.replace(/ libvirt-daemon-driver-qemu\b/, "");

describe("install-deps", () => {
  it("installs what is missing and leaves its server neither running nor enabled", () => {
    machineWithoutEtcd();
    const { status, output } = install("--for", "run");
    expect([status, output]).toEqual([0, expect.stringContaining("etcd-server: stores what is wanted")]);
    expect(actions().map(withoutDriver)).toEqual([
      expect.stringMatching(/^apt-get .*update$/),
      "systemctl mask --runtime --quiet etcd.service",
      expect.stringMatching(/^apt-get .* install --no-install-recommends etcd-server$/),
      "systemctl unmask --runtime --quiet etcd.service",
      "systemctl disable --quiet etcd.service",
    ]);
  });

  it("takes the mask back when the installation fails", () => {
    machineWithoutEtcd("exit 100");
    const { status, output } = install("--for", "run");
    expect([status, output]).toEqual([1, expect.stringContaining("apt-get could not install")]);
    expect(actions().slice(-2)).toEqual([
      "systemctl unmask --runtime --quiet etcd.service",
      "systemctl disable --quiet etcd.service",
    ]);
  });

  it("touches no service of a package that is there already", () => {
    machineWithoutEtcd();
    fakeTool("etcd");
    rmSync(join(folder, "bin", "tini"));
    install("--for", "run");
    expect(actions().filter((line) => line.startsWith("systemctl"))).toEqual([]);
  });

  it("changes nothing when asked what it would do", () => {
    machineWithoutEtcd();
    const { status, output } = install("--for", "run", "--dry-run");
    expect([status, output, actions()]).toEqual([0, expect.stringMatching(/would install:.* etcd-server/), []]);
  });

  it("says where to get Node when the distribution's is too old, and installs nothing", () => {
    machineWithoutEtcd();
    fakeTool("node", "echo 18.20.4");
    fakeTool("apt-cache", "echo '  Candidate: 18.20.4+dfsg-1~deb12u1'");
    const { status, output } = install("--for", "run");
    expect([status, output]).toEqual([2, expect.stringMatching(/20\.19 or newer.*\n.*\n.*nodejs\.org/)]);
    expect(actions().filter((line) => line.includes(" install "))).toEqual([]);
  });

  it("takes Node from the distribution when that is new enough", () => {
    machineWithoutEtcd();
    rmSync(join(folder, "bin", "node"));
    fakeTool("apt-cache", "echo '  Candidate: 20.19.2+dfsg-1'");
    expect(install("--for", "node").status).toBe(0);
    expect(actions().at(-1)).toMatch(/ install --no-install-recommends nodejs npm$/);
  });

  it("knows the Node of Debian 13 where the package lists were never fetched", () => {
    machineWithoutEtcd();
    rmSync(join(folder, "bin", "node"));
    fakeTool("apt-cache");
    expect(install("--for", "node", "--dry-run").status).toBe(2);
    osIs("ID=debian\nVERSION_ID=13\nPRETTY_NAME='Debian GNU/Linux 13 (trixie)'\n");
    const { status, output } = install("--for", "node", "--dry-run");
    expect([status, output, actions()]).toEqual([0, expect.stringMatching(/would install: nodejs npm\n/), []]);
  });

  it("asks for what the unit tests compare with, and for no server", () => {
    machineWithoutEtcd();
    expect(install("--for", "unit", "--dry-run").output).toMatch(/would install: xorriso\n/);
  });

  it("leaves out of the quickstart what only the Debian image needs", () => {
    machineWithoutEtcd();
    const { output } = install("--for", "quickstart", "--dry-run");
    expect(output).toMatch(/would install: etcd-server .*mtools/);
    expect(output).not.toContain("mmdebstrap");
  });

  it("stops with 2 on what is neither Debian nor Ubuntu, and names what is needed", () => {
    machineWithoutEtcd();
    osIs("ID=fedora\nPRETTY_NAME='Fedora Linux 41'\n");
    const { status, output } = install("--for", "run");
    expect([status, actions()]).toEqual([2, []]);
    expect(output).toMatch(/Fedora Linux 41: .* etcd-server/);
  });

  it("refuses groups and flags it does not know", () => {
    expect([install("--for", "all").status, install("--yes").status, install().status]).toEqual([1, 1, 1]);
  });
});
