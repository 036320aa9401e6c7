import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dataLayout } from "../../../cmd/up/data-layout.ts";
import { MACHINE } from "../../../cmd/up/find-place.ts";
import { quickstartFiles, removeQuickstartFiles } from "../../../cmd/up/quickstart-files.ts";

let root: string;
const machine = dataLayout(MACHINE);
const at = (name: string) => join(root, name);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "quickstart-files-"));
  for (const folder of [".vmctl", "manifests/quickstart"]) await mkdir(at(folder), { recursive: true });
  for (const name of ["quickstart_ed25519", "quickstart_ed25519.pub"]) await writeFile(at(`.vmctl/${name}`), "");
  await writeFile(at("manifests/quickstart/hello.yaml"), "# Written by hack/quickstart from hello.template\n");
});
afterEach(() => rm(root, { recursive: true }));

it("of this machine's control plane are named and removed", async () => {
  expect(await quickstartFiles(machine, root)).toEqual([
    at(".vmctl/quickstart_ed25519"),
    at(".vmctl/quickstart_ed25519.pub"),
    at("manifests/quickstart/hello.yaml"),
  ]);
  expect(await removeQuickstartFiles(machine, "nothing", root)).toEqual([]);
  expect(await readdir(root)).toEqual(["manifests"]);
  expect(await readdir(at("manifests/quickstart"))).toEqual([]);
  expect(await quickstartFiles(machine, root)).toEqual([]);
});

it("stay with the purge of any other control plane", async () => {
  expect(await quickstartFiles(dataLayout(at("data")), root)).toEqual([]);
  await removeQuickstartFiles(dataLayout(at("data")), "nothing", root);
  expect(await readdir(at(".vmctl"))).toHaveLength(2);
});

it("leave alone what somebody else wrote", async () => {
  await writeFile(at("manifests/quickstart/hello.yaml"), "kind: Instance\n");
  await writeFile(at(".vmctl/notes"), "");
  await removeQuickstartFiles(machine, "nothing", root);
  expect(await readdir(at("manifests/quickstart"))).toEqual(["hello.yaml"]);
  expect(await readdir(at(".vmctl"))).toEqual(["notes"]);
});

it("stay, but for the log, with a guest that could not be removed: without the key nobody gets into it", async () => {
  await writeFile(at(".vmctl/quickstart.log"), "");
  const [key, ...rest] = await removeQuickstartFiles(machine, "records", root);
  expect(key).toBe(`${at(".vmctl/quickstart_ed25519")}, which the guest that is left may need`);
  expect(rest).toHaveLength(2);
  expect((await readdir(at(".vmctl"))).sort()).toEqual(["quickstart_ed25519", "quickstart_ed25519.pub"]);
  expect(await readdir(at("manifests/quickstart"))).toEqual(["hello.yaml"]);
  expect(await removeQuickstartFiles(machine, "libvirt", root)).toEqual([]);
  expect(await readdir(root)).toEqual(["manifests"]);
});
