import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readText, repositoryFiles, root } from "./repository-files.ts";

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

interface LockedPackage extends Partial<Manifest> {
  readonly optionalDependencies?: Record<string, string>;
}

const PUBLIC_REGISTRY = "registry.npmjs.org";
/** Top folders that stand on every machine; any other one is a place of this machine only. */
const EVERYWHERE = [
  "",
  "bin",
  "data",
  "home",
  "media",
  "mnt",
  "opt",
  "root",
  "run",
  "srv",
  "tmp",
  "usr",
  "var",
  "Users",
];
const MAX_TEXT_BYTES = 1024 * 1024;

const manifest = JSON.parse(readText("package.json")) as Manifest;

/** Names by which this machine is known; whoever runs the tests checks for their own. */
function namesOfThisMachine(): string[] {
  const { username, homedir } = userInfo();
  const top = root.split("/")[1] ?? "";
  const registry = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8", cwd: root, stdio: "pipe" });
  const registryHost = new URL(registry.trim()).hostname;
  return [
    root,
    ...(EVERYWHERE.includes(top) ? [] : [`/${top}/`]),
    ...(username === "root" ? [] : [`${homedir}/`]),
    ...(registryHost === PUBLIC_REGISTRY || registryHost === "localhost" ? [] : [registryHost]),
    ...(hostname().length >= 8 && hostname() !== "localhost" ? [hostname()] : []),
  ];
}

describe("the repository", () => {
  it("names no path, host or registry of the machine it is worked on", () => {
    const names = namesOfThisMachine();
    const texts = repositoryFiles.filter((path) => statSync(join(root, path)).size < MAX_TEXT_BYTES);
    const told = texts.flatMap((path) => {
      const text = readText(path);
      return names.filter((name) => standsIn(text, name)).map((name) => `${path} names ${name}`);
    });
    expect(told).toEqual([]);
  });

  it("pins every dependency to one version", () => {
    const wanted = Object.entries(manifest.devDependencies);
    expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it("asks whoever installs the package for nothing: what it needs is in the bundle", () => {
    expect(manifest.dependencies ?? {}).toEqual({});
  });
});

describe("the lock file", () => {
  const { packages } = JSON.parse(readText("package-lock.json")) as { packages: Record<string, LockedPackage> };

  it("holds the versions of package.json", () => {
    expect(packages[""]?.devDependencies).toEqual(manifest.devDependencies);
  });

  it("says nothing of where packages were fetched", () => {
    expect(Object.keys(packages).filter((name) => "resolved" in (packages[name] ?? {}))).toEqual([]);
  });

  it("knows the packages of every platform, or npm ci refuses it", () => {
    const optional = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(optional.filter((name) => !(`node_modules/${name}` in packages))).toEqual([]);
  });
});

/** As a whole: `/lab/` is not in `/collab/` nor in `./lab/`. */
function standsIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/[\w.$}-]/.test(text.charAt(at - 1))) return true;
  }
  return false;
}
