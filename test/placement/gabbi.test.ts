import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { ServerProcess } from "../support/server-process.ts";

const root = join(import.meta.dirname, "../..");
/** Upstream's tests are not ours to keep: they lie beside the checkout where this project is developed. */
const folder = join(process.env["VMCTL_SHARED"] ?? join(root, "../shared"), "placement-gabbits");

/** Debian's, which has gabbi; another one may stand first in the PATH. */
const PYTHON = "/usr/bin/python3";
const RESET = `
import os, urllib.request as r
r.urlopen(r.Request(os.environ["BASE_URL"] + "/reset", method="POST", headers={"X-Auth-Token": "admin"}))`;

interface FileReport {
  readonly tests: number;
  readonly passed: number;
  readonly bad: readonly unknown[];
}

describe("upstream's own tests of the HTTP API", () => {
  let port: number;
  let server: ServerProcess;
  beforeAll(async () => {
    port = await freePort();
    const listen = ["--listen", `127.0.0.1:${port}`, "--allow-reset"];
    const words = ["--import", "tsx", join(root, "cmd/vmctl/main.ts"), "placement", "serve", "--memory", ...listen];
    const answers = async () => (await fetch(`http://127.0.0.1:${port}/`)).ok;
    server = new ServerProcess({ program: process.execPath, words }, answers);
    await server.launch();
  });
  afterAll(() => server.kill());

  it.skipIf(!existsSync(folder))(
    `all pass on vmctl placement serve --memory (needs ${folder})`,
    { timeout: 180_000 },
    async () => {
      const report = join(tmpdir(), `vmctl-gabbi-${process.pid}.json`);
      const reset = `${PYTHON} -c '${RESET}'`;
      const words = [join(folder, "run.py"), `http://127.0.0.1:${port}`, "--reset", reset, "--json", report];
      try {
        const { stdout } = await promisify(execFile)(PYTHON, words).catch((error: { stdout: string }) => error);
        const files: Record<string, FileReport> = JSON.parse(await readFile(report, "utf8"));
        // Its own count takes tests for passed whose fixture failed: what went wrong is what is listed as bad.
        const bad = Object.entries(files).filter(([, file]) => file.bad.length > 0 || file.passed < file.tests);
        expect(bad, stdout).toEqual([]);
        expect(Object.values(files).reduce((sum, { tests }) => sum + tests, 0)).toBeGreaterThanOrEqual(562);
      } finally {
        await rm(report, { force: true });
      }
    },
  );
});
