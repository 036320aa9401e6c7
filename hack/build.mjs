#!/usr/bin/env node
// Bundles the programs into dist/, dependencies included: what is packed needs Node and nothing else.
//   node hack/build.mjs [--entry cmd/vmctl/vmctl.ts] [--out dist]
//
//   dist/main.js           import "./main.cjs"
//   dist/main.cjs          loads the next two (hack/bundle-main.cjs)
//   dist/vmctl.cjs         all of it
//   dist/vmctl.cjs.cache   the same, compiled (hack/build-cache.mjs)
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { patchedLibraries } from "./build-patches.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: flags } = parseArgs({
  options: {
    entry: { type: "string", default: "cmd/vmctl/vmctl.ts" },
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
  cpSync(join(root, "hack", "bundle-main.cjs"), join(staging, "main.cjs"));
  writeFileSync(join(staging, "main.js"), 'import "./main.cjs";\n');
  compileAhead();
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
    entryPoints: { vmctl: entry },
    outdir: staging,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    // One script: what a subcommand imports lazily stands in it as a function that is run when it is wanted, and a
    // program that runs finds all of itself whatever becomes of dist/.
    format: "cjs",
    platform: "node",
    target: "node20.19",
    supported: { "dynamic-import": false },
    sourcemap: true,
    sourcesContent: false,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    metafile: true,
    define: { "process.env.VMCTL_VERSION": JSON.stringify(describeVersion(version)), "import.meta.url": "__url" },
    banner: {
      js: '(function (exports, require, module, __filename) { "use strict"; const __url = require("node:url").pathToFileURL(__filename).href;',
    },
    footer: { js: "})" },
    plugins: [patchedLibraries],
    logLevel: "warning",
  };
}

/** Without it the bundle runs as well, so a failure here is none of the build. */
function compileAhead() {
  const words = [join(root, "hack", "build-cache.mjs"), staging];
  // Nothing of whoever builds shall have a say in it, and no flag of V8: the code is for the same flags only.
  const env = { PATH: process.env.PATH, HOME: "/nonexistent" };
  const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: "utf8", timeout: 60_000 });
  if (status !== 0) console.error(`build: not compiled ahead: ${stderr}`);
  rmSync(join(staging, "warm-up.yaml"), { force: true });
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
  const files = readdirSync(out).filter((file) => /\.c?js$/.test(file));
  return Math.round(files.reduce((sum, file) => sum + readFileSync(join(out, file)).length, 0) / 1024);
}

function fail(message) {
  console.error(`build: ${message}`);
  rmSync(staging, { recursive: true, force: true });
  process.exit(1);
}
