import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { KeptProgram } from "../../../cmd/up/kept-program.ts";
import { runningPid, writeProcessFile } from "../../../cmd/up/process-file.ts";
import { Backoff } from "../../../runtime/backoff.ts";
import { silentLog } from "../../../runtime/log.ts";
import { eventually } from "../../support/eventually.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kept-program-"));
});
afterEach(() => rm(folder, { recursive: true }));

const keep = (program: string, ...words: string[]) =>
  KeptProgram.start({
    name: "it",
    program,
    words,
    environment: process.env,
    logFile: join(folder, "it.log"),
    processFile: join(folder, "it.pid"),
    backoff: new Backoff({ baseMs: 10, maxMs: 20, random: () => 0 }),
    log: silentLog,
  });
const pid = () => runningPid(join(folder, "it.pid"));
const running = async (): Promise<number> => {
  const now = await pid();
  if (now === undefined) throw new Error("does not run");
  return now;
};
const log = () => readFile(join(folder, "it.log"), "utf8");

it("starts a program again that was killed, until it is stopped", async () => {
  const kept = await keep("sleep", "60");
  const first = await eventually(running);
  process.kill(first, "SIGKILL");
  await eventually(async () => (await running()) !== first);
  const second = await running();
  await kept.stop();
  expect(() => process.kill(second, 0)).toThrow();
  expect(await pid()).toBeUndefined();
});

it("starts one that fails at once again and again, and keeps what it said", async () => {
  const kept = await keep("sh", "-c", "echo said; exit 3");
  await eventually(async () => (await log()).split("said").length > 3);
  await kept.stop();
});

it("survives a program that is not there", async () => {
  const kept = await keep(join(folder, "missing"));
  await kept.stop();
});

it("ends what an earlier supervisor left behind before it starts its own", async () => {
  const left = spawn("sleep", ["60"]);
  await writeProcessFile(join(folder, "it.pid"), left.pid ?? 0);
  const kept = await keep("sleep", "61");
  expect(left.signalCode ?? (await once(left, "exit"))[1]).toBe("SIGTERM");
  await eventually(running);
  await kept.stop();
});
