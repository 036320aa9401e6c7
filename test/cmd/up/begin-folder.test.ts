import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginFolder, isUnfinished, leftByPurge } from "../../../cmd/up/begin-folder.ts";
import { type DataLayout, dataLayout } from "../../../cmd/up/data-layout.ts";

let layout: DataLayout;
beforeEach(async () => {
  layout = dataLayout(await mkdtemp(join(tmpdir(), "begin-folder-")));
});
afterEach(() => rm(layout.dir, { recursive: true }));

const begin = (): Promise<unknown> => beginFolder(layout).catch((error: Error) => error.message);

describe("a data directory that holds no control plane", () => {
  it("is begun beside what others put into it, and into its images, and that is not touched", async () => {
    await mkdir(layout.images);
    const theirs = [join(layout.images, "mine.qcow2"), join(layout.dir, "notes.txt")];
    for (const path of theirs) await writeFile(path, "theirs");
    expect(await begin()).toBeUndefined();
    for (const path of theirs) expect(await readFile(path, "utf8")).toBe("theirs");
    expect(await begin()).toBeUndefined();
  });

  it.each([
    ...["certificates", "etcd", "logs", "run", "node", "console", "libvirt"],
    ...["state.json", "state.json.new", "up.pid", "unfinished"],
  ])("is refused where something stands in the place of its %s, whatever it is", async (name) => {
    await writeFile(join(layout.dir, "notes.txt"), "");
    await mkdir(join(layout.dir, name));
    expect(await begin()).toBe(
      `${layout.dir} holds no control plane of ours, and in the place of what one would write there is ` +
        `${join(layout.dir, name)}: move that away, or pass another --data`,
    );
    expect((await readdir(layout.dir)).sort()).toEqual(["notes.txt", name].sort());
  });

  it("names all that is in the way at once, links that lead nowhere too", async () => {
    await symlink("/nonexistent", layout.etcd);
    await symlink("/var", layout.images);
    expect(await begin()).toContain(`there is ${layout.etcd}, ${layout.images}: move that away`);
  });

  it("is not taken for a begun one by the name of a file", async () => {
    await writeFile(layout.unfinished, "my thesis\n");
    await mkdir(layout.logs);
    expect(isUnfinished(layout)).toBe(false);
    expect(await begin()).toContain(`${layout.logs}, ${layout.unfinished}: move`);
    await rm(layout.logs, { recursive: true });
    await rm(layout.unfinished);
    await begin();
    expect(isUnfinished(layout)).toBe(true);
  });

  it("is begun where a purge has left its state, also one that it was about to replace", async () => {
    for (const path of [layout.state, `${layout.state}.new`]) await writeFile(path, "{}");
    await mkdir(layout.libvirt);
    await beginFolder(layout, leftByPurge(layout));
    expect(isUnfinished(layout)).toBe(true);
  });
});
