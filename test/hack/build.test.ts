import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
let elsewhere: string;

/** What this test run has built already (hack/run-suites.mjs), if it has. */
const programs = process.env["VMCTL_TEST_KEPT"] && join(process.env["VMCTL_TEST_KEPT"], "../programs");

beforeAll(() => {
  elsewhere = mkdtempSync(join(tmpdir(), "packed-"));
  if (programs && existsSync(programs)) {
    cpSync(programs, inDist(""), { recursive: true });
    rmSync(inDist("package.json"));
  } else execFileSync(process.execPath, [join(root, "hack", "build.mjs"), "--out", inDist("")]);
  cpSync(join(root, "bin"), join(elsewhere, "bin"), { recursive: true });
  cpSync(join(root, "package.json"), join(elsewhere, "package.json"));
});

afterAll(() => rmSync(elsewhere, { recursive: true }));

const inDist = (file: string): string => join(elsewhere, "dist", file);
const vmctl = (...args: string[]): string =>
  execFileSync(join(elsewhere, "bin", "vmctl"), args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

describe("the bundle", () => {
  it("runs where there is nothing but Node", () => {
    expect(vmctl("--help")).toContain("Usage: vmctl");
    expect(vmctl("--version")).toMatch(/^0\.1\.0/);
    expect(execFileSync(process.execPath, [inDist("main.js"), "--version"], { encoding: "utf8" })).toMatch(/^0\.1\.0/);
  });

  it("holds what it says it holds", () => {
    expect(readdirSync(join(elsewhere, "dist")).sort()).toEqual(
      ["THIRD-PARTY-LICENSES.txt", "main.cjs", "main.js", "vmctl.cjs", "vmctl.cjs.cache", "vmctl.cjs.map"].sort(),
    );
  });

  it("imports Node's own modules only", () => {
    const { importedFiles } = ts.preProcessFile(readFileSync(inDist("vmctl.cjs"), "utf8"), true, true);
    const names = importedFiles.map(({ fileName }) => fileName);
    expect(names).toContain("node:fs");
    expect(names.filter((name) => !isBuiltin(name))).toEqual([]);
  });

  it("brings the licences of what is in it", () => {
    const licences = readFileSync(inDist("THIRD-PARTY-LICENSES.txt"), "utf8");
    expect(licences).toMatch(/^etcd3 1\.1\.2 \(MIT\)$/m);
    expect(licences).toMatch(/^@grpc\/grpc-js .*\(Apache-2\.0\)$/m);
  });

  it("carries etcd's messages, parsed", () => {
    const text = readFileSync(inDist("vmctl.cjs"), "utf8");
    expect(text).toContain("LeaseGrantRequest");
    expect(text).not.toContain("rpc.proto");
  });
});

describe("the compiled code", () => {
  it("is taken by the Node that it was built with", () => {
    const cachedData = readFileSync(inDist("vmctl.cjs.cache"));
    const script = new Script(readFileSync(inDist("vmctl.cjs"), "latin1"), { cachedData });
    expect(script.cachedDataRejected).toBe(false);
  });

  it("is nothing that the program needs: missing, cut off or of another kind, it starts all the same", () => {
    const cache = inDist("vmctl.cjs.cache");
    const good = readFileSync(cache);
    for (const bad of [
      undefined,
      Buffer.alloc(0),
      good.subarray(0, 1_000),
      Buffer.from("of another Node".repeat(99)),
    ]) {
      if (bad) writeFileSync(cache, bad);
      else rmSync(cache);
      expect(vmctl("--version")).toMatch(/^0\.1\.0/);
    }
    writeFileSync(cache, good);
    expect(statSync(cache).size).toBeGreaterThan(500_000);
  });
});

const isBuiltin = (name: string): boolean => builtinModules.includes(name.replace(/^node:/, ""));
