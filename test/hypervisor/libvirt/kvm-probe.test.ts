import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bootKernel } from "../../../hypervisor/libvirt/kvm/boot-kernel.ts";
import { cpioArchive } from "../../../hypervisor/libvirt/kvm/cpio-archive.ts";
import { KvmProbe, type KvmProbeOptions } from "../../../hypervisor/libvirt/kvm/kvm-probe.ts";
import { silentLog } from "../../../runtime/log.ts";
import { never } from "../../conformance/hypervisor-world.ts";
import { eventually } from "../../support/eventually.ts";

const run = promisify(execFile);
const TOKEN = "vmctl: a program runs in this guest";
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "kvm-"));
  await writeFile(join(dir, "kvm"), "");
  await writeFile(join(dir, "kernel"), "");
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A program in QEMU's place; each run of it is counted in the file `runs`. */
async function emulator(script: string): Promise<string> {
  const path = join(dir, "qemu");
  await writeFile(path, `#!/bin/sh\necho run >>${dir}/runs\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}
const runs = async () => (await readFile(join(dir, "runs"), "utf8").catch(() => "")).split("\n").length - 1;

async function factOf(path: string | undefined, changes: Partial<KvmProbeOptions> = {}) {
  let known = false;
  const probe = KvmProbe.start({
    ...{ stateDir: dir, bootId: "boot-1", probeKernel: join(dir, "kernel"), device: join(dir, "kvm") },
    askLibvirt: async () => (path === undefined ? undefined : { emulator: path, version: "7.2.0" }),
    ...{ deadlineMs: 2000, log: silentLog },
    onKnown: () => {
      known = true;
    },
    ...changes,
  });
  expect(probe.fact.reason).toBe("Unknown");
  await eventually(() => known);
  await probe.stop();
  return probe.fact;
}

describe("KVM", () => {
  it("is usable once a kernel came up twice, and that holds until the host boots again", async () => {
    const path = await emulator(`echo "${TOKEN}"`);
    expect(await factOf(path)).toMatchObject({ ok: true, reason: "Proved" });
    expect(await runs()).toBe(2);
    expect(await factOf(path)).toMatchObject({ ok: true });
    expect(await runs()).toBe(2);
    expect(await factOf(path, { bootId: "boot-2" })).toMatchObject({ ok: true });
    expect(await runs()).toBe(4);
  });

  it("is not usable when the guest hangs, dies, or comes up only once", async () => {
    expect(await factOf(await emulator("exec sleep 60"), { deadlineMs: 100 })).toMatchObject({
      ok: false,
      reason: "GuestHangs",
    });
    const dies = await factOf(await emulator("echo assertion >&2; exit 134"), { bootId: "2" });
    expect(dies).toMatchObject({ ok: false, reason: "GuestFails", message: expect.stringContaining("assertion") });
    const once = await emulator(`[ -e ${dir}/second ] || echo "${TOKEN}"; touch ${dir}/second`);
    expect(await factOf(once, { bootId: "3" })).toMatchObject({ ok: false, reason: "GuestFails" });
  });

  it("is tried again by the next node controller when it was not usable", async () => {
    const dies = await emulator("exit 134");
    expect(await factOf(dies)).toMatchObject({ ok: false, reason: "GuestFails" });
    expect(await readdir(dir)).not.toContain("kvm-probe.json");
    expect(await factOf(await emulator(`echo "${TOKEN}"`))).toMatchObject({ ok: true });
  });

  it("is tried again although an older version kept that it was not usable", async () => {
    const path = await emulator(`echo "${TOKEN}"`);
    await factOf(path);
    const kept = join(dir, "kvm-probe.json");
    const fact = { ok: false, reason: "GuestHangs", message: "no Linux kernel came up" };
    await writeFile(kept, JSON.stringify({ ...JSON.parse(await readFile(kept, "utf8")), fact }));
    expect(await factOf(path)).toMatchObject({ ok: true });
    expect(await runs()).toBe(4);
  });

  it("is not usable without the device, libvirt's word, or a kernel to try", async () => {
    const path = await emulator(`echo "${TOKEN}"`);
    const device = join(dir, "absent");
    expect(await factOf(undefined, { device })).toMatchObject({ ok: false, reason: "NoDevice" });
    // A node in a container, or not in the group kvm: libvirt's guests may do what the node cannot try.
    expect(await factOf(path, { device })).toMatchObject({ ok: false, reason: "NoAccess" });
    expect(await factOf(undefined)).toMatchObject({ ok: false, reason: "LibvirtRefuses" });
    expect(await runs()).toBe(0);
  });

  it("asked for no longer, leaves no guest and no file behind", async () => {
    const path = await emulator("exec sleep 60");
    const probe = KvmProbe.start({
      ...{ stateDir: dir, bootId: "b", probeKernel: join(dir, "kernel"), device: join(dir, "kvm") },
      ...{ askLibvirt: async () => ({ emulator: path, version: "1" }), log: silentLog, onKnown: () => {} },
    });
    await eventually(async () => expect(await runs()).toBe(1));
    await probe.stop();
    expect(probe.fact.reason).toBe("Unknown");
    expect(await readdir(dir)).not.toContain("kvm-probe.json");
  });
});

describe("the probe's guest", () => {
  it("is a real kernel that runs our program", async () => {
    const { stdout } = await run(fileURLToPath(new URL("../../../hack/images/probe-kernel", import.meta.url)));
    const [kernel = ""] = stdout.trim().split("\n");
    const boot = {
      emulator: "qemu-system-x86_64",
      kernel,
      accelerator: "tcg",
      deadlineMs: 50_000,
      signal: never,
    } as const;
    await bootKernel(boot);
  });

  it("gets its files in a form that cpio reads", async () => {
    const archive = cpioArchive([
      { name: "d", mode: 0o40755 },
      { name: "d/f", mode: 0o100644, content: Buffer.from("12345") },
    ]);
    await writeFile(join(dir, "archive"), archive);
    await run("sh", ["-c", "cpio -i --quiet <archive"], { cwd: dir });
    expect(await readFile(join(dir, "d", "f"), "utf8")).toBe("12345");
  });
});
