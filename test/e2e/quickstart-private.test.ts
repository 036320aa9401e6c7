import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { QuickstartWorld } from "./quickstart-world.ts";

let world: QuickstartWorld;

beforeAll(async () => {
  world = await QuickstartWorld.create({ libvirt: false });
  await world.must("npm", "run", "build");
});

afterAll(() => world.remove());

it("runs a libvirt of its own where there is none and no systemd, and takes it away with the rest", async () => {
  if (existsSync("/run/systemd/system")) return;
  const said = await world.vmctl("up");
  expect(said).toMatch(/libvirt +answers at \/var\/lib\/vmctl\/up\/libvirt\/run\/libvirt-sock/);
  expect(said).toMatch(/hypervisor +\S+ is Ready/);
  await world.vmctl("down");
  expect(await world.must("hack/libvirt-private", "status", "/var/lib/vmctl/up/libvirt")).toContain("state running");
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
