import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginFolder } from "../../../cmd/up/begin-folder.ts";
import { type DataLayout, dataLayout } from "../../../cmd/up/data-layout.ts";

const LOOK = fileURLToPath(new URL("../../../hack/quickstart.d/look.sh", import.meta.url));

let layout: DataLayout;
beforeEach(async () => {
  layout = dataLayout(await mkdtemp(join(tmpdir(), "quickstart-data-")));
});
afterEach(() => rm(layout.dir, { recursive: true }));

/** What a part of quickstart's look says of this data directory: reports, then problems. */
const look = (part: string): string => {
  const script = `set -u; root=/nonexistent; . "$1"; data=$2; ${part}; printf '%s\\n' "\${problems[@]}"`;
  return execFileSync("bash", ["-c", script, "-", LOOK, layout.dir], { encoding: "utf8" }).trim();
};

describe("quickstart's look at the data directory", () => {
  it("says what up would refuse, in the same words", async () => {
    for (const [name, path] of Object.entries(layout)) if (name !== "dir" && name !== "images") await mkdir(path);
    await mkdir(`${layout.state}.new`);
    await symlink("/nonexistent", layout.images);
    const refused = await beginFolder(layout).catch((error: Error) => error.message);
    expect(refused).toContain("libvirt");
    expect(`${look("look_at_data")}, or pass another --data`).toBe(refused);
  });

  it("has nothing to say of images and of other people's files, nor of a control plane of ours", async () => {
    await mkdir(layout.images);
    for (const path of [join(layout.images, "mine.qcow2"), join(layout.dir, "notes.txt")]) await writeFile(path, "");
    expect(look("look_at_data")).toBe("");
    await beginFolder(layout);
    await mkdir(layout.etcd);
    expect(look("look_at_data")).toBe("");
    await rm(layout.unfinished);
    expect(look("look_at_data")).not.toBe("");
    await writeFile(layout.state, "{}");
    expect(look("look_at_data")).toBe("");
  });
});

describe("quickstart's look at a libvirt of our own", () => {
  it("tells one that runs from one that will be started, whatever socket is left over", async () => {
    await mkdir(join(layout.libvirt, "run"), { recursive: true });
    await writeFile(layout.state, "{}");
    await writeFile(join(layout.libvirt, "run", "libvirt-sock"), "");
    expect(look("look_at_libvirt")).toBe(
      `libvirt     one of our own is in ${layout.libvirt}, not running: it will be started`,
    );
    const daemon = await startNamedLibvirtd();
    try {
      await writeFile(join(layout.libvirt, "run", "libvirtd.pid"), `${daemon.pid}`);
      expect(look("look_at_libvirt")).toBe(`libvirt     one of our own runs in ${layout.libvirt}`);
    } finally {
      daemon.kill();
      await once(daemon, "close");
    }
  });
});

async function startNamedLibvirtd(): Promise<ChildProcess> {
  const path = join(layout.dir, "libvirtd");
  await symlink(execFileSync("sh", ["-c", "command -v sleep"], { encoding: "utf8" }).trim(), path);
  return spawn(path, ["60"], { stdio: "ignore" });
}
