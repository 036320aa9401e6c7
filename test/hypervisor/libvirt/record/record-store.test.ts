import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MachineFiles } from "../../../../hypervisor/libvirt/record/machine-files.ts";
import { RecordStore } from "../../../../hypervisor/libvirt/record/record-store.ts";
import { silentLog } from "../../../../runtime/log.ts";

const uid = "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11";
const identity = { uid, namespace: "default", name: "web-1", epoch: 1 };

let dir: string;
let path: string;
let records: RecordStore;
let files: MachineFiles;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "vmctl-records-"));
  path = join(dir, "instances", `${uid}.json`);
  records = await RecordStore.open(dir, silentLog);
  files = new MachineFiles(records, { poolDir: join(dir, "pool"), consoleDir: "/console" });
});
afterEach(() => rm(dir, { recursive: true }));

const whole = async (): Promise<string> => {
  await files.claim(identity);
  return readFile(path, "utf8");
};

describe("a record", () => {
  it("that is not there is none", async () => {
    expect(await records.find(uid)).toBeUndefined();
    expect(await records.read(uid)).toBeUndefined();
  });

  it("is found as it was written", async () => {
    const text = await whole();
    expect(await records.find(uid)).toEqual(JSON.parse(text));
  });

  it.each([
    ["cut short", (text: string) => text.slice(0, 40), "it is no record"],
    ["empty", () => "", "it is no record"],
    ["of a later version", (text: string) => text.replace('"version": 1', '"version": 2'), "it is no record"],
    ["about another", (text: string) => text.replace(uid, uid.replace("6", "7")), "it is about another uid"],
  ])("that is %s proves nothing about what is left here", async (_what, spoilt, why) => {
    const text = spoilt(await whole());
    await writeFile(path, text);
    const error = {
      code: "RecordUnreadable",
      terminal: false,
      message: expect.stringContaining(`${path} cannot be read (${why})`),
    };
    await expect(records.find(uid)).rejects.toMatchObject(error);
    await expect(files.claim(identity)).rejects.toMatchObject(error);
    expect(await records.read(uid)).toBeUndefined();
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it("that is no file proves nothing either", async () => {
    await mkdir(path);
    await expect(records.find(uid)).rejects.toMatchObject({ code: "RecordUnreadable" });
    expect(await records.read(uid)).toBeUndefined();
  });

  it("that cannot be read is written again for a domain that is ours", async () => {
    await whole();
    await writeFile(path, "{");
    const record = await files.adopt(identity, { disk: "/old/default.web-1.root.qcow2" });
    expect(await records.find(uid)).toEqual(record);
  });
});
