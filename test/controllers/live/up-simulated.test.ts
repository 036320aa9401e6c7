import { spawn } from "node:child_process";
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildPrograms } from "../../support/e2e-bundle.ts";
import type { ProgramResult } from "../../support/e2e-program.ts";

const HOSTS = 8;
const INSTANCES = 24;
const NOBODY = 65_534;
const root = fileURLToPath(new URL("../../..", import.meta.url));

let folder: string;
beforeAll(async () => {
  // A run of all suites has a temporary folder of its own, which only its user may look into.
  folder = await mkdtemp("/var/tmp/vmctl-simulated-");
  const main = await buildPrograms(join(folder, "dist"));
  if (dirname(main) !== join(folder, "dist")) await cp(dirname(main), join(folder, "dist"), { recursive: true });
  // The folder of an installation, readable for anybody.
  await cp(join(root, "hack", "certs"), join(folder, "dist", "hack", "certs"));
  await mkdir(join(folder, "home"));
  await chmod(folder, 0o755);
  if (isRoot) await chown(join(folder, "home"), NOBODY, NOBODY);
});
afterAll(async () => {
  await vmctl("down", "--purge", "--yes");
  await rm(folder, { recursive: true, force: true });
});

const isRoot = process.getuid?.() === 0;

/** A command of somebody who is not root and has nothing but a home. */
function vmctl(...words: readonly string[]): Promise<ProgramResult> {
  const home = join(folder, "home");
  const child = spawn(process.execPath, [join(folder, "dist", "main.js"), ...words], {
    cwd: home,
    env: { HOME: home, PATH: process.env["PATH"] },
    stdio: ["ignore", "pipe", "pipe"],
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  });
  const result = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (result.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (result.stderr += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? -1, ...result })));
}

async function must(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await vmctl(...words);
  if (code !== 0) throw new Error(`vmctl ${words.join(" ")}: ${code}\n${stdout}${stderr}`);
  return stdout;
}

const manifests = (): string =>
  ["kind: Image\nmetadata: {name: tiny}\nspec: {source: {url: 'http://images.example/tiny'}}"]
    .concat(
      Array.from({ length: INSTANCES }, (_, index) => `kind: Instance\nmetadata: {name: web-${index}}\nspec: ${SPEC}`),
    )
    .map((text) => `apiVersion: compute.vmctl/v1alpha1\n${text}\n`)
    .join("---\n");
const SPEC = "{image: {name: tiny}, resources: {vcpu: 1, memory: 256Mi, disk: 1Gi}}";

it("vmctl up --simulated is a control plane for anybody, and goes without a trace", { timeout: 120_000 }, async () => {
  const up = await must("up", `--simulated=${HOSTS}`, "--timeout=60s");
  expect(up).toContain(`${HOSTS} simulated ones are Ready`);
  expect(up).toContain(`Context "simulated" in ${folder}/home/.config/vmctl/config.yaml`);
  const hosts = (await must("get", "hypervisors", "-o", "name")).trim().split("\n");
  expect([hosts.length, hosts[0], hosts.at(-1)]).toEqual([HOSTS, "hypervisor/sim-0001", "hypervisor/sim-0008"]);

  await writeFile(join(folder, "many.yaml"), manifests());
  await must("apply", "-f", join(folder, "many.yaml"));
  await must("wait", "--for=condition=Ready", "instances", "--all", "--timeout=60s");

  expect(await must("up")).toContain("vmctl is up already");
  expect(await vmctl("up", "--simulated=9")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("vmctl is up with another --simulated"),
  });
  expect(await must("down")).toContain("simulated guests went with it");
  const list = await must("down", "--purge", "--yes");
  expect(list).toMatch(/data +\S+\/\.local\/state\/vmctl\/up/);
  expect(list).not.toContain("guest ");
  expect(list).toContain("all of it is gone");
  expect(await readdir(join(folder, "home", ".local", "state"))).toEqual([]);
});
