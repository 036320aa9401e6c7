import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
let elsewhere: string;

beforeAll(() => {
  elsewhere = mkdtempSync(join(tmpdir(), "packed-"));
  execFileSync(process.execPath, [join(root, "hack", "build.mjs"), "--out", join(elsewhere, "dist")]);
  cpSync(join(root, "bin"), join(elsewhere, "bin"), { recursive: true });
  cpSync(join(root, "package.json"), join(elsewhere, "package.json"));
});

afterAll(() => rmSync(elsewhere, { recursive: true }));

const bundle = () => readdirSync(join(elsewhere, "dist")).filter((file) => file.endsWith(".js"));

describe("the bundle", () => {
  it("runs where there is nothing but Node", () => {
    const vmctl = (...args: string[]) => execFileSync(join(elsewhere, "bin", "vmctl"), args, { encoding: "utf8" });
    expect(vmctl("--help")).toContain("Usage: vmctl");
    expect(vmctl("--version")).toMatch(/^0\.1\.0/);
  });

  it("imports Node's own modules and its own parts only", () => {
    const outside = bundle().flatMap((file) => {
      const text = readFileSync(join(elsewhere, "dist", file), "utf8");
      const { importedFiles } = ts.preProcessFile(text, true, false);
      return importedFiles.map(({ fileName }) => fileName).filter((name) => !name.startsWith("./") && !isBuiltin(name));
    });
    expect(outside).toEqual([]);
  });

  it("brings the licences of what is in it", () => {
    const licences = readFileSync(join(elsewhere, "dist", "THIRD-PARTY-LICENSES.txt"), "utf8");
    expect(licences).toMatch(/^etcd3 1\.1\.2 \(MIT\)$/m);
    expect(licences).toMatch(/^@grpc\/grpc-js .*\(Apache-2\.0\)$/m);
  });

  it("carries etcd's messages, parsed", () => {
    const texts = bundle().map((file) => readFileSync(join(elsewhere, "dist", file), "utf8"));
    expect(texts.some((text) => text.includes("LeaseGrantRequest"))).toBe(true);
    expect(texts.some((text) => text.includes("rpc.proto"))).toBe(false);
  });

  it("loads little for a help text, and no log for a list", () => {
    const bytes = (names: readonly string[]) => names.reduce((sum, name) => sum + textOf(name).length, 0);
    expect(bytes(loadedBy("main.js"))).toBeLessThan(150_000);
    const list = bundle()
      .filter((file) => /^(get|open-store)-/.test(file))
      .flatMap((file) => loadedBy(file));
    expect(list.some((file) => textOf(file).includes("LeaseGrantRequest"))).toBe(true);
    expect(list.filter((file) => /pino|thread-stream/.test(textOf(file)))).toEqual([]);
  });
});

const textOf = (file: string): string => readFileSync(join(elsewhere, "dist", file), "utf8");

/** The file and all that it imports statically. */
function loadedBy(file: string, known = new Set<string>()): string[] {
  if (known.has(file)) return [];
  known.add(file);
  const imports = [...textOf(file).matchAll(/(?:from|import)"\.\/([^"]+)"/g)].map(([, name]) => name ?? "");
  return [file, ...imports.flatMap((name) => loadedBy(name, known))];
}

const isBuiltin = (name: string): boolean => builtinModules.includes(name.replace(/^node:/, ""));
