import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const bin = fileURLToPath(new URL("../../bin", import.meta.url));
let checkout: string;

beforeEach(() => {
  checkout = join(realpathSync(mkdtempSync(join(tmpdir(), "vmctl-bin-"))), "a b#c");
  cpSync(bin, join(checkout, "bin"), { recursive: true });
  writeFileSync(join(checkout, "package.json"), '{"type": "module"}');
});

afterEach(() => rmSync(join(checkout, ".."), { recursive: true }));

function pretendBuilt(): void {
  mkdirSync(join(checkout, "dist"));
  const program = "console.log(process.argv.slice(2).join()); process.exitCode = 7;";
  writeFileSync(join(checkout, "dist", "main.cjs"), program);
}

function run(command = join(checkout, "bin", "vmctl"), env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(command, ["get", "a b"], { encoding: "utf8", env });
  return { status, stdout, stderr };
}

describe("bin/vmctl", () => {
  it("runs the built program with its arguments and exit status", () => {
    pretendBuilt();
    expect(run()).toEqual({ status: 7, stdout: "get,a b\n", stderr: "" });
  });

  it("finds itself through symbolic links, absolute and relative", () => {
    pretendBuilt();
    const links = join(checkout, "..", "links");
    mkdirSync(links);
    symlinkSync(join(checkout, "bin", "vmctl"), join(links, "absolute"));
    symlinkSync("absolute", join(links, "relative"));
    symlinkSync("../links", join(checkout, "here"));
    expect(run(join(checkout, "here", "relative")).stdout).toBe("get,a b\n");
  });

  it("says how to build when it is not built", () => {
    expect(run()).toEqual({
      status: 1,
      stdout: "",
      stderr: `vmctl is not built yet: run  npm ci && npm run build  in ${checkout}\n`,
    });
  });

  it("says that Node is missing", () => {
    pretendBuilt();
    const { status, stderr } = run(undefined, { ...process.env, VMCTL_NODE: "no-such-node" });
    expect([status, stderr]).toEqual([1, expect.stringContaining("needs Node.js 20.19 or newer")]);
  });

  it.each(["20.18.3", "18.20.4"])("says that Node %s is too old", (version) => {
    pretendBuilt();
    const preload = join(checkout, "..", "preload.cjs");
    writeFileSync(preload, `Object.defineProperty(process.versions, "node", { value: "${version}" });`);
    const { status, stderr } = run(undefined, { ...process.env, NODE_OPTIONS: `--require ${preload}` });
    expect([status, stderr]).toEqual([1, expect.stringContaining(`this is ${version}`)]);
  });
});
