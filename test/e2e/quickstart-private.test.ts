import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildPrograms } from "../support/e2e-bundle.ts";
import { ForeignNeighbours } from "../support/e2e-foreign.ts";
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

it("runs a libvirt of its own where there is none and no systemd, and keeps it for a guest that cannot go", async () => {
  if (existsSync("/run/systemd/system")) return;
  const said = await world.vmctl("up");
  expect(said).toMatch(/libvirt +answers at \/var\/lib\/vmctl\/up\/libvirt\/run\/libvirt-sock/);
  expect(said).toMatch(/hypervisor +\S+ is Ready/);
  await world.vmctl("down");
  expect(await world.must("hack/libvirt-private", "status", "/var/lib/vmctl/up/libvirt")).toContain("state running");
  const { stdout } = await world.run("hack/quickstart", "--look");
  expect(stdout).toMatch(/^ {2}libvirt +one of our own runs in \/var\/lib\/vmctl\/up\/libvirt$/m);
  const records = join(world.dir, "vmctl/up/node/instances");
  const lost = join(records, "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11.json");
  await writeFile(lost, "nonsense");
  const purged = await world.vmctl("down", "--purge", "--yes");
  expect(purged).toMatch(/^ {2}guest +6b1f0c9e-\S+, if its domain is there/m);
  expect(purged).toMatch(/^left: guest 6b1f0c9e-\S+: \S+\.json cannot be read .* none is removed/m);
  expect(await readdir(records)).toHaveLength(1);
  await expectNoTrace();
  await rm(lost);
});

it("leaves that libvirt to others while they live in it, takes all else, and finds it again", async () => {
  if (existsSync("/run/systemd/system")) return;
  const home = join(world.dir, "vmctl/up");
  await mkdir(join(home, "images"));
  const foreign = await ForeignNeighbours.place(ownVirsh, join(home, "images"), world.dir);
  expect(await world.vmctl("up")).toContain("(our own: ");
  await mkdir(join(world.dir, "checkout/.vmctl"));
  await writeFile(join(world.dir, "checkout/.vmctl/quickstart_ed25519"), "");
  const purge = () => world.vmctl("down", "--purge", "--yes");
  for (const isFirst of [true, false]) {
    const said = await purge();
    expect(/^ {2}context/m.test(said)).toBe(isFirst);
    expect(said).toMatch(/^left: our own libvirt, which runs on: in it is 1 domain\(s\), network foreign-net, /m);
    expect(said).toContain("the rest is gone; `vmctl down --purge` again takes our own libvirt too");
    expect((await readdir(home)).sort()).toEqual(["images", "libvirt", "state.json"]);
    await expectNoTrace();
    await foreign.assertUnharmed();
  }
  expect(await world.vmctl("down")).toContain("only what a purge left");
  for (const word of ["destroy", "undefine"]) await ownVirsh(word, "foreign");
  for (const word of ["net-destroy", "net-undefine"]) await ownVirsh(word, "foreign-net");
  expect(await purge()).toContain("left: /var/lib/vmctl/up/images/default.foreign.root.qcow2\nthe rest is gone\n");
  expect(await readdir(home)).toEqual(["images"]);
  expect(await world.vmctl("down")).toContain("nothing to do");
});

const ownVirsh = (...words: string[]): Promise<string> =>
  world.must("virsh", "-c", "qemu+unix:///system?socket=/var/lib/vmctl/up/libvirt/run/libvirt-sock", ...words);

/** In the user's own folders: no context, no key. */
async function expectNoTrace(): Promise<void> {
  expect(existsSync(join(world.dir, "home/.config/vmctl"))).toBe(false);
  expect(existsSync(join(world.dir, "checkout/.vmctl"))).toBe(false);
}

it("leaves a folder alone where other people's things are in its way", async () => {
  const folder = join(world.dir, "theirs");
  await mkdir(folder);
  await writeFile(join(folder, "etcd"), "not ours\n");
  const { code, stderr } = await world.run("./bin/vmctl", "up", "--data", folder);
  expect(code).toBe(1);
  expect(stderr).toContain(`in the place of what one would write there is ${folder}/etcd: move that away`);
  expect(await readdir(folder)).toEqual(["etcd"]);
  expect(await world.vmctl("down", "--purge", "--yes", "--data", folder)).toContain("nothing to do");
  expect(await readdir(folder)).toEqual(["etcd"]);
});

it("goes on where an up that failed stopped, and purges what that left", async () => {
  const folder = join(world.dir, "half");
  await mkdir(join(folder, "images"), { recursive: true });
  for (const theirs of ["notes.txt", "images/mine.qcow2"]) await writeFile(join(folder, theirs), "");
  const up = () => world.run("./bin/vmctl", "up", "--data", folder, "--libvirt-socket=/nonexistent/libvirt-sock");
  for (const _try of [1, 2]) {
    const { code, stderr } = await up();
    expect(code).toBe(1);
    expect(stderr).toContain("/nonexistent/libvirt-sock");
  }
  expect(await readdir(folder)).toContain("unfinished");
  expect(await world.vmctl("down", "--data", folder)).toContain("--purge removes them");
  expect(await world.vmctl("down", "--purge", "--yes", "--data", folder)).toContain("removed what an `up` that failed");
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(["images", "images/mine.qcow2", "notes.txt"]);
});
