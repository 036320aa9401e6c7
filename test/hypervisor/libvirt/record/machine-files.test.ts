import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { MachineFiles } from "../../../../hypervisor/libvirt/record/machine-files.ts";
import { RecordStore } from "../../../../hypervisor/libvirt/record/record-store.ts";
import { silentLog } from "../../../../runtime/log.ts";

const identity = { uid: "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11", namespace: "default", name: "web-1", epoch: 1 };

let dir: string;
let files: MachineFiles;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "vmctl-files-"));
  files = new MachineFiles(await RecordStore.open(dir, silentLog), { poolDir: "/pool", consoleDir: "/console" });
});
afterEach(() => rm(dir, { recursive: true }));

it("a record written again takes the folders from the definition", async () => {
  const record = await files.adopt(identity, { disk: "/old/default.web-1.root.qcow2" });
  expect(record?.files).toEqual({
    disk: "/old/default.web-1.root.qcow2",
    seed: "/pool/default.web-1.seed.raw",
    console: "/console/default.web-1.console.log",
  });
});

it("a file that somebody put into the definition never becomes ours to remove", async () => {
  const record = await files.adopt(identity, { disk: "/srv/precious.qcow2", seed: "/dev/sr0" });
  expect(record?.files).toMatchObject({
    disk: "/pool/default.web-1.root.qcow2",
    seed: "/pool/default.web-1.seed.raw",
  });
});

it("removes the console log with the older ones that virtlogd keeps, and nothing beside them", async () => {
  const world = join(dir, "world");
  await mkdir(world);
  const local = new MachineFiles(await RecordStore.open(dir, silentLog), { poolDir: world, consoleDir: world });
  const record = await local.claim(identity);
  const log = "default.web-1.console.log";
  for (const name of [log, `${log}.0`, `${log}.2`, "default.web-10.console.log"])
    await writeFile(join(world, name), "");
  await local.removeAll(record);
  expect(await readdir(world)).toEqual(["default.web-10.console.log"]);
});
