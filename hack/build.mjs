#!/usr/bin/env node
// Bundles the programs into dist/, dependencies included: what is packed needs Node and nothing else.
//   node hack/build.mjs [--entry cmd/vmctl/main.ts] [--out dist]
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { patchedLibraries } from "./build-patches.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: flags } = parseArgs({
  options: {
    entry: { type: "string", default: "cmd/vmctl/main.ts" },
    out: { type: "string", default: "dist" },
  },
});

const startedAt = performance.now();
const entry = resolve(root, flags.entry);
const out = resolve(root, flags.out);
if (!existsSync(entry)) fail(`${flags.entry} is missing: nothing to build`);
// Built aside and swapped in by renames: a program that starts meanwhile sees the old or the new one, never half.
const staging = join(root, "node_modules", `.vmctl-build-${process.pid}`);
try {
  const result = await build(options());
  writeFileSync(join(staging, "THIRD-PARTY-LICENSES.txt"), licences(Object.keys(result.metafile.inputs)));
  swapIn();
} catch (error) {
  fail(error.errors ? "the bundle was not built" : error.stack);
} finally {
  rmSync(staging, { recursive: true, force: true });
}
const seconds = ((performance.now() - startedAt) / 1000).toFixed(2);
console.log(`built ${flags.out}/ from ${flags.entry}: ${size()} KB of JavaScript in ${seconds} s`);

function options() {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return {
    absWorkingDir: root,
    entryPoints: { main: entry },
    outdir: staging,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    // What a subcommand imports lazily stays out of the way of the others.
    splitting: true,
    chunkNames: "[name]-[hash]",
    sourcemap: true,
    sourcesContent: false,
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    metafile: true,
    define: { "process.env.VMCTL_VERSION": JSON.stringify(describeVersion(version)) },
    // CommonJS dependencies call require for Node's own modules, which an ES module does not have.
    banner: {
      js: 'import { createRequire as __vmctlRequire } from "node:module"; const require = __vmctlRequire(import.meta.url);',
    },
    plugins: [patchedLibraries],
    logLevel: "warning",
  };
}

/** 0.1.0 for a release, 0.1.0+abc1234 from a checkout. */
function describeVersion(version) {
  try {
    const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: "pipe" }).trim();
    if (git("tag", "--points-at", "HEAD").split("\n").includes(`v${version}`)) return version;
    return `${version}+${git("rev-parse", "--short", "HEAD")}`;
  } catch {
    return version;
  }
}

/** Name, version and licence text of every package that went into the bundle. */
function licences(inputs) {
  const packages = new Set();
  for (const input of inputs) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) packages.add(match[1]);
  }
  return [...packages]
    .sort()
    .map(licenceOf)
    .join(`\n${"-".repeat(78)}\n`);
}

function licenceOf(folder) {
  const directory = join(root, folder);
  const { name, version, license } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const files = readdirSync(directory).filter((file) => /^(licen[cs]e|notice|copying)([.-].*)?$/i.test(file));
  const texts = files.sort().map((file) => readFileSync(join(directory, file), "utf8").trim());
  return [`${name} ${version} (${license ?? "licence: see below"})`, ...texts].join("\n\n");
}

function swapIn() {
  const old = `${staging}-old`;
  mkdirSync(dirname(out), { recursive: true });
  if (existsSync(out)) moveFolder(out, old);
  moveFolder(staging, out);
  rmSync(old, { recursive: true, force: true });
}

/** A rename, or a copy where the two are on different file systems. */
function moveFolder(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== "EXDEV") throw error;
    cpSync(from, to, { recursive: true });
    rmSync(from, { recursive: true });
  }
}

function size() {
  const files = readdirSync(out).filter((file) => file.endsWith(".js"));
  return Math.round(files.reduce((sum, file) => sum + readFileSync(join(out, file)).length, 0) / 1024);
}

function fail(message) {
  console.error(`build: ${message}`);
  rmSync(staging, { recursive: true, force: true });
  process.exit(1);
}
