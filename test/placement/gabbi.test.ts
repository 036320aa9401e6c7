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
/** Before each of their files. By hand, because the libraries take longer to load than everything else in here. */
const RESET = `
import os, socket
host, port = os.environ["BASE_URL"].rsplit("/", 1)[1].rsplit(":", 1)
with socket.create_connection((host, int(port))) as s:
    s.sendall(b"POST /reset HTTP/1.0\\r\\nHost: %b\\r\\nX-Auth-Token: admin\\r\\n\\r\\n" % host.encode())
    assert s.makefile("rb").readline().split()[1].startswith(b"2")`;
/**
 * Runs the script it is given. gabbi's parser of JSON paths computes its tables anew for every path, which takes most of
 * the time that all tests together take: here they are computed once.
 */
const RUN = `
import ply.yacc, runpy, sys
make, made = ply.yacc.yacc, {}
def once(**words):
    key = (words["module"], words["start"])
    if key not in made: made[key] = make(**words)
    return made[key]
ply.yacc.yacc = once
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")`;

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
    const built = process.env["VMCTL_TEST_MAIN"];
    const program = built ? [built] : ["--import", "tsx", join(root, "cmd/vmctl/main.ts")];
    const words = [...program, "placement", "serve", "--memory", ...listen];
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
      const reset = `${PYTHON} -ISc '${RESET}'`;
      const script = join(folder, "run.py");
      const words = ["-c", RUN, script, `http://127.0.0.1:${port}`, "--reset", reset, "--json", report];
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
