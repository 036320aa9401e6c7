import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endProcess } from "../../../cmd/up/end-process.ts";
import { identifyProcess, runningPid, writeProcessFile } from "../../../cmd/up/process-file.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "process-file-"));
  file = join(folder, "x.pid");
});
afterEach(() => rm(folder, { recursive: true }));

describe("a process file", () => {
  it("finds the process it was written for", async () => {
    await writeProcessFile(file, process.pid);
    expect(await runningPid(file)).toBe(process.pid);
  });

  it("is stale once that process is gone", async () => {
    const child = spawn("sleep", ["60"]);
    await writeProcessFile(file, child.pid ?? 0);
    expect(await runningPid(file)).toBe(child.pid);
    child.kill();
    await once(child, "exit");
    expect(await runningPid(file)).toBeUndefined();
  });

  it.each([["startTime"], ["bootId"]])(
    "does not take another process of the same number for it (%s)",
    async (field) => {
      const identity = await identifyProcess(process.pid);
      await writeFile(file, JSON.stringify({ ...identity, [field]: "12345" }));
      expect(await runningPid(file)).toBeUndefined();
      expect(await endProcess(file, { graceMs: 0 })).toBe(false);
    },
  );

  it.each([[""], ["{"], ["null"], ['{"pid":"1"}'], ["[]"], ['{"pid":1}']])(
    "counts as absent when it holds %j",
    async (text) => {
      await writeFile(file, text);
      expect(await runningPid(file)).toBeUndefined();
    },
  );

  it("tells the fields of a process with a hostile name apart", async () => {
    const stat = await readFile("/proc/self/stat", "utf8");
    const identity = await identifyProcess(process.pid);
    expect(stat.split(" ")).toContain(identity?.startTime);
  });
});

describe("ending a process", () => {
  it("asks first, and waits until it is gone", async () => {
    const child = spawn("sleep", ["60"]);
    await writeProcessFile(file, child.pid ?? 0);
    expect(await endProcess(file, { graceMs: 5_000 })).toBe(true);
    expect(child.signalCode ?? (await once(child, "exit"))[1]).toBe("SIGTERM");
  });

  it("kills what does not listen", async () => {
    const child = spawn("sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"]);
    await once(child.stdout, "data");
    await writeProcessFile(file, child.pid ?? 0);
    let told = false;
    await endProcess(file, { graceMs: 100, beforeKill: () => (told = true) });
    expect(child.signalCode ?? (await once(child, "exit"))[1]).toBe("SIGKILL");
    expect(told).toBe(true);
  });
});
