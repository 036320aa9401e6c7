import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { dataLayout } from "../../../cmd/up/data-layout.ts";
import { readGuests } from "../../../cmd/up/read-guests.ts";
import { removeUnreadable } from "../../../cmd/up/remove-unreadable.ts";
import { HypervisorError } from "../../../hypervisor/hypervisor-error.ts";

const uid = (n: number) => `6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f1${n}`;

it("tells guests whose record cannot be read from those it can, and touches no record", async () => {
  const folder = await mkdtemp(join(tmpdir(), "read-guests-"));
  try {
    const layout = dataLayout(folder);
    const records = join(layout.node, "instances");
    await mkdir(records, { recursive: true });
    const files = { disk: "/d", seed: "/s", console: "/c" };
    const record = { version: 1, uid: uid(1), namespace: "default", name: "web-1", epoch: 1, files };
    const texts = { [uid(1)]: JSON.stringify(record), [uid(2)]: "nonsense", [uid(3)]: JSON.stringify(record) };
    for (const [name, text] of Object.entries(texts)) await writeFile(join(records, `${name}.json`), text);
    await writeFile(join(records, "mine.txt"), "");
    const { readable, unreadable } = await readGuests(layout);
    expect(readable).toEqual([record]);
    expect([...unreadable].sort()).toEqual([uid(2), uid(3)]);
    expect(await readdir(records)).toHaveLength(4);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("removes what a domain of ours proves to be a guest's, and leaves and names the rest", async () => {
  const done: string[] = [];
  const host = {
    destroy: async (id: string) => void done.push(`destroy ${id}`),
    remove: async (id: string) => {
      if (id === uid(1)) throw new HypervisorError("RecordUnreadable", "/r/1.json cannot be read");
      done.push(`remove ${id}`);
    },
  };
  expect(await removeUnreadable(host, [uid(1), uid(2)])).toEqual([`guest ${uid(1)}: /r/1.json cannot be read`]);
  expect(done).toEqual([`destroy ${uid(1)}`, `destroy ${uid(2)}`, `remove ${uid(2)}`]);
  const broken = { ...host, remove: () => Promise.reject(new HypervisorError("NameTaken", "not ours")) };
  await expect(removeUnreadable(broken, [uid(1)])).rejects.toThrow("not ours");
});
