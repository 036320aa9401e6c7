import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildPrograms } from "../support/e2e-bundle.ts";
import { QuickstartWorld } from "./quickstart-world.ts";

let world: QuickstartWorld;

beforeAll(async () => {
  world = await QuickstartWorld.create({ libvirt: false });
  // As `npm run build` leaves it, which quickstart.test.ts does.
  const programs = dirname(await buildPrograms(join(world.dir, "programs")));
  const dist = join(world.dir, "checkout", "dist");
  await cp(programs, dist, { recursive: true });
  // The checkout's is theirs; with one of its own, dist/ would be a package.
  await rm(join(dist, "package.json"), { force: true });
});

afterAll(() => world.remove());

it("runs a libvirt of its own where there is none and no systemd, and takes it away with the rest", async () => {
  if (existsSync("/run/systemd/system")) return;
  const said = await world.vmctl("up");
  expect(said).toMatch(/libvirt +answers at \/var\/lib\/vmctl\/up\/libvirt\/run\/libvirt-sock/);
  expect(said).toMatch(/hypervisor +\S+ is Ready/);
  await world.vmctl("down");
  expect(await world.must("hack/libvirt-private", "status", "/var/lib/vmctl/up/libvirt")).toContain("state running");
  const records = join(world.dir, "vmctl/up/node/instances");
  const lost = join(records, "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11.json");
  await writeFile(lost, "nonsense");
  const purged = await world.vmctl("down", "--purge", "--yes");
  expect(purged).toMatch(/^ {2}guest +6b1f0c9e-\S+, if its domain is there/m);
  expect(purged).toMatch(/^left: guest 6b1f0c9e-\S+: \S+\.json cannot be read .* none is removed/m);
  expect(await readdir(records)).toHaveLength(1);
  await rm(lost);
  await world.vmctl("down", "--purge", "--yes");
  expect(await readdir(join(world.dir, "vmctl"))).toEqual([]);
});

it("leaves a folder alone that holds other people's things", async () => {
  const folder = join(world.dir, "theirs");
  await mkdir(folder);
  await writeFile(join(folder, "file"), "not ours\n");
  const { code, stderr } = await world.run("./bin/vmctl", "up", "--data", folder);
  expect(code).toBe(1);
  expect(stderr).toContain("is not empty and no control plane of ours");
  expect(await readdir(folder)).toEqual(["file"]);
  expect(await world.vmctl("down", "--purge", "--yes", "--data", folder)).toContain("nothing to do");
  expect(await readdir(folder)).toEqual(["file"]);
});

it("goes on where an up that failed stopped, and purges what that left", async () => {
  const folder = join(world.dir, "half");
  const up = () => world.run("./bin/vmctl", "up", "--data", folder, "--libvirt-socket=/nonexistent/libvirt-sock");
  for (const _try of [1, 2]) {
    const { code, stderr } = await up();
    expect(code).toBe(1);
    expect(stderr).toContain("/nonexistent/libvirt-sock");
  }
  expect(await readdir(folder)).toContain("unfinished");
  expect(await world.vmctl("down", "--data", folder)).toContain("--purge removes them");
  expect(await world.vmctl("down", "--purge", "--yes", "--data", folder)).toContain("removed what an `up` that failed");
  expect(existsSync(folder)).toBe(false);
});
